"""`phonex doctor`: what is there, what is missing, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.installing import install_hint
from config.settings import JobSettings, Settings
from serve_app.cli import doctor
from tests.neural_models import models_dir
from tests.running import free_port
from tests.serve_app.cli.conftest import Phonex, busy_port, hide

__all__ = ["models_dir"]


def test_doctor_says_what_to_install(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path))
    hide(monkeypatch, "pyworld", "psycopg", "boto3")
    found = phonex("doctor")
    assert found.code == 1
    assert "lacks pyworld" in found.words
    assert install_hint("embedded") in found.words
    assert "not configured, not installed" in found.words  # extras that nobody asked for
    needy = phonex("doctor", "--profile", "cluster")
    for extra in ("postgres", "s3"):
        assert install_hint(extra) in needy.words


def test_doctor_is_content_where_all_is_there(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path / "not" / "yet" / "there"))
    found = phonex("doctor")
    assert found.code == 0, found.out
    assert "engine embedded" in found.words
    assert not (tmp_path / "not").exists()  # it looks, and makes nothing


def test_doctor_reads_the_lexicon(tmp_path: Path) -> None:
    def lexicon(words: object) -> doctor.Finding:
        settings = Settings.model_validate(
            {"data_dir": tmp_path, "engine": "embedded", "lexicon": words}
        )
        found = doctor.examine(settings, "127.0.0.1", free_port())
        return next(one for one in found if one.subject == "lexicon")

    assert lexicon({}).state == "ok"
    assert lexicon({"EN": {"GIF": "JH IH1 F"}}).detail == "1 words"
    bad = lexicon({"EN": {"GIF": "JH IH1 QQ"}})
    assert bad.state == "missing"
    assert "'GIF'" in bad.detail
    assert "'QQ'" in bad.detail
    file = tmp_path / "lexicon.yaml"
    assert "cannot be read" in lexicon(str(file)).detail
    file.write_text("EN: {GIF: 3}")
    assert "EN.GIF" in lexicon(str(file)).detail
    file.write_text("EN: {GIF: JH IH1 F, nginx: EH1 N}")
    assert lexicon(str(file)).detail == "2 words"


def test_doctor_knows_the_neural_engine(
    tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(**neural: object) -> dict[str, doctor.Finding]:
        section = {"models_dir": models_dir, **neural}
        settings = Settings.model_validate({"data_dir": tmp_path, "neural": section})
        return {one.subject: one for one in doctor.examine(settings, "127.0.0.1", free_port())}

    random = examine(allow_random_weights=True)
    assert random["engine"].detail == "neural"
    assert "random weights" in random["engine neural"].detail
    assert random["engine neural lacks"].advice == "phonex models pull KR"
    assert random["text EN"].state == "ok"
    with monkeypatch.context() as patched:
        patched.setattr("engines.reading.missing_packages", lambda language: ["no_such"])
        lacking = examine(allow_random_weights=True)["text EN"]
        assert (lacking.detail, lacking.advice) == ("lacks no-such", install_hint("text"))
    refused = examine()
    assert refused["engine"].detail == "embedded"
    assert refused["engine neural"].state == "warning"
    assert "phonex models pull" in refused["engine neural"].advice
    nothing = examine(models_dir=tmp_path)["engine neural"]
    assert "OpenVoiceV2" in nothing.detail


def test_doctor_tells_a_full_disk_and_a_busy_port(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, jobs=JobSettings(min_free_bytes=2**60))
    with busy_port() as taken:
        port = taken.getsockname()[1]
        findings = {
            finding.subject: finding for finding in doctor.examine(settings, "127.0.0.1", port)
        }
    assert findings["disk"].state == "missing"
    assert findings["port"].state == "warning"


@pytest.mark.parametrize("folder", ["/proc/phonex", "/dev/null/phonex", "/sys/phonex"])
def test_doctor_tries_whether_the_data_folder_takes_anything(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """Rights alone do not tell: root has all of them, and these take no file from anybody."""
    if not Path(folder).parent.exists():
        pytest.skip(f"{Path(folder).parent} is not on this system")
    monkeypatch.setenv("COLUMNS", "250")
    found = phonex("doctor", "--data-dir", folder)
    assert found.code == 1
    assert f"{folder} cannot be" in found.words


def test_doctor_looks_where_a_service_with_the_same_options_would_be(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    port = str(free_port())
    found = phonex("doctor", "--port", port, "--host", "127.0.0.1", "--data-dir", str(tmp_path))
    assert f"127.0.0.1:{port} is free" in found.words
    assert str(tmp_path) in found.words
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_models_are_the_first_in_is_its_owners(
    phonex: Phonex, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="random weights are written by torch")
    options = ("--size", "tiny", "--no-bert", "--data-dir", str(tmp_path / "a" / "data"))
    done = phonex("models", "random", "EN", *options)
    assert done.code == 0, done.words
    assert (tmp_path / "a" / "data" / "models").is_dir()
    assert (tmp_path / "a" / "data").stat().st_mode & 0o077 == 0
