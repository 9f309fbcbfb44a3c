"""The service's own sweep as if an hour had passed: what no record refers to goes now.

`python -m clusterbox.sweep CONFIG`; credentials come from the environment.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from config.service_config import load_config, read_settings
from serve_app.store.opening import open_blobs, open_records
from serve_app.work.sweep import sweep


def main(config: Path) -> None:
    settings = read_settings(load_config(config))
    with (
        open_records(settings.database_url, settings.data_dir) as records,
        contextlib.closing(open_blobs(settings.blob_url, settings.data_dir)) as blobs,
    ):
        sweep(records, blobs, settings.jobs.audio_retention_s, orphan_age_s=0.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
