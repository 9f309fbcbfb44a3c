"""`phonex serve` and `restore`: what stands in their way, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.installing import install_hint
from serve_app.host import claim as claim_module
from serve_app.host import node, supervisor
from serve_app.host.claim import claim, share
from tests.running import free_port
from tests.serve_app.cli.conftest import Phonex, busy_port, hide


def test_serve_says_what_stands_in_its_way(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    data = ("--data-dir", str(tmp_path / "data"))
    with busy_port() as taken:
        busy = phonex("serve", "--port", str(taken.getsockname()[1]), *data)
        assert busy.code == 1
        assert "is in use" in busy.words
    assert phonex("serve", "--port", "99999", *data).code != 0
    document = {"applications": [{"import_path": "x", "args": {"jobs": {"lease": 1}}}]}
    Path("serve_config.yaml").write_text(yaml.safe_dump(document))
    unknown = phonex("serve", *data)  # the file in the working folder is taken
    assert unknown.code == 1
    assert "args.jobs.lease: unknown setting" in unknown.words
    missing = phonex("serve", "--config", "nothing.yaml", *data)
    assert (missing.code, "cannot read nothing.yaml" in missing.words) == (1, True)
    profile = phonex("serve", "--profile", "gpuu", *data)
    assert (profile.code, "gpuu" in profile.words) == (1, True)


def test_serve_leaves_the_data_folder_of_another_service_alone(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    port = ("--port", str(free_port()))
    with claim(tmp_path, "http://127.0.0.1:1"):
        second = phonex("serve", *port, "--data-dir", str(tmp_path))
    assert second.code == 1
    assert "another service uses the data folder" in second.words
    (tmp_path / "file").touch()
    unusable = phonex("serve", *port, "--data-dir", str(tmp_path / "file"))
    assert (unusable.code, "it is no folder" in unusable.words) == (1, True)
    assert "file is a file" in phonex_doctor(phonex, monkeypatch, tmp_path / "file")
    (tmp_path / "phonex.db").write_text("a diary")
    foreign = phonex("serve", *port, "--data-dir", str(tmp_path))
    assert (foreign.code, "is not an SQLite database" in foreign.words) == (1, True)


def test_a_restore_says_what_will_act_and_leaves_it_out_when_told(
    phonex: Phonex, tmp_path: Path
) -> None:
    data, backup = str(tmp_path / "data"), str(tmp_path / "one")
    assert phonex("keys", "add", "mallory", "--data-dir", data).code == 0
    assert phonex("backup", backup, "--data-dir", data).code == 0
    told = phonex("restore", backup, "--data-dir", str(tmp_path / "all")).words
    for words in ("API keys that open it: 1, of mallory", "--without-keys"):
        assert words in told
    without = phonex("restore", backup, "--data-dir", str(tmp_path / "none"), "--without-keys")
    assert "mallory" not in without.words
    assert "refuses everybody until you add one" in without.words


def test_a_restore_beside_a_service_that_no_supervisor_started_is_refused(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(claim_module, "PATIENCE_S", 0.0)
    backup, data = str(tmp_path / "one"), tmp_path / "data"
    assert phonex("keys", "add", "ada", "--data-dir", str(tmp_path / "other")).code == 0
    assert phonex("backup", backup, "--data-dir", str(tmp_path / "other")).code == 0
    with share(data, "application 'phonex'"):
        for command in (("restore", backup), ("serve", "--port", str(free_port()))):
            refused = phonex(*command, "--data-dir", str(data))
            assert refused.code == 1
            assert f"another service uses the data folder {data}" in refused.words
    assert not (data / "phonex.db").exists()


def phonex_doctor(phonex: Phonex, monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> str:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(data_dir))
    return phonex("doctor").words


def test_serve_names_the_engine_to_install(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    hide(monkeypatch, "espeakng_loader", "pyworld")
    failed = phonex("serve", "--data-dir", str(tmp_path / "data"))
    assert failed.code == 1
    assert "no engine can be used here" in failed.words
    assert install_hint("embedded") in failed.words


def test_serve_runs_what_was_asked_and_ends_as_it_did(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with busy_port() as closed:
        port = closed.getsockname()[1]
    served: list[dict[str, Any]] = []

    def supervise(document: dict[str, Any], on_state: Callable[[str], None]) -> int:
        served.append(document)
        for state in ("starting", "ready", "restarting: it died", "starting"):
            on_state(state)
        return node.EXIT_FAILED_TO_DEPLOY if len(served) > 1 else 0

    monkeypatch.setattr(supervisor, "supervise", supervise)
    options = ("--port", str(port), "--data-dir", str(tmp_path / "data"))
    done = phonex("serve", *options)
    assert done.code == 0
    assert served[0]["http_options"]["port"] == port
    assert served[0]["applications"][0]["args"]["data_dir"] == str(tmp_path / "data")
    assert f"--server http://127.0.0.1:{port}" in done.words
    assert "restarting: it died" in done.words
    failed = phonex("serve", *options)
    assert failed.code == node.EXIT_FAILED_TO_DEPLOY
    assert "did not start" in failed.words
