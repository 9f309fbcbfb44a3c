"""What the dashboard shows, a file a subject; below, its rows in their order."""

from __future__ import annotations

from collections.abc import Iterator

from monitoring.panels.gpus import GPUS
from monitoring.panels.jobs_and_storage import JOBS_AND_STORAGE
from monitoring.panels.overview import OVERVIEW
from monitoring.panels.stages import STAGES, stage_row
from monitoring.panels.streams import STREAMS

ROWS = (OVERVIEW, *(stage_row(*stage) for stage in STAGES), STREAMS, JOBS_AND_STORAGE, GPUS)


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, expression) of every panel."""
    for row in ROWS:
        for panel in row.panels:
            for legend, expression in panel.targets:
                yield f"{row.title} / {panel.title} / {legend}", expression
