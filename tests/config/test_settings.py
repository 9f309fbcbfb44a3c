"""Settings are frozen, know every key, and refuse combinations that would hurt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from config.settings import HttpSettings, JobSettings, Settings, default_data_dir
from serve_app.host.node import DRAIN_LIMIT_S


def sections(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += sections(field.annotation)
    return found


@pytest.mark.parametrize(
    "values",
    [
        {"database_ulr": "postgresql://u:pa55word@h"},
        {"database_url": ["postgresql://u:pa55word@h"]},
        {"blob_url": {"key": "pa55word"}},
        {"http": {"key": "pa55word"}},
        {"provenance": "pa55word"},
        {"engine": "pa55word"},
    ],
)
def test_what_is_refused_is_not_repeated(values: dict[str, Any]) -> None:
    """`serve run` leaves the error as it is in Ray's logs."""
    with pytest.raises(ValidationError) as refused:
        Settings(**values)
    assert "pa55word" not in str(refused.value)


@pytest.mark.parametrize("section", sections(Settings))
def test_every_section_is_strict_and_every_setting_explained(section: type[BaseModel]) -> None:
    assert section.model_config["frozen"]
    assert section.model_config["extra"] == "forbid"
    for name, field in section.model_fields.items():
        nested = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        assert nested or field.description, name


def test_settings_cannot_be_changed_later() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.engine = "embedded"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("lease_s", "heartbeat_s", "fits"), [(10, 5, True), (10, 5.1, False), (10, 10, False)]
)
def test_a_lease_outlives_a_missed_heartbeat(
    lease_s: float, heartbeat_s: float, fits: bool
) -> None:
    if fits:
        JobSettings(lease_s=lease_s, heartbeat_s=heartbeat_s)
        return
    with pytest.raises(ValidationError, match="heartbeat_s"):
        JobSettings(lease_s=lease_s, heartbeat_s=heartbeat_s)


def test_nothing_is_given_longer_to_finish_than_the_node_waits() -> None:
    JobSettings(drain_s=DRAIN_LIMIT_S - 5)  # giving back takes a while, too
    with pytest.raises(ValidationError, match="drain_s"):
        JobSettings(drain_s=DRAIN_LIMIT_S)


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"cors_origins": ["*"]}, True),
        ({"cors_origins": ["null", "tauri://localhost", "http://[::1]:3000"]}, True),
        ({"cors_origins": ["https://app.example"], "cors_credentials": True}, True),
        ({"cors_origins": ["*"], "cors_credentials": True}, False),
        ({"cors_origins": ["https://app.example", "*"], "cors_credentials": True}, False),
    ],
)
def test_credentials_need_named_origins(values: dict[str, Any], fits: bool) -> None:
    if fits:
        HttpSettings(**values)
        return
    with pytest.raises(ValidationError, match="name the origins"):
        HttpSettings(**values)


def test_the_data_folder_can_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path))
    assert Settings().data_dir == tmp_path
    assert Settings(data_dir=tmp_path / "other").data_dir == tmp_path / "other"
    monkeypatch.setenv("PHONEX_DATA_DIR", "")
    assert default_data_dir().is_absolute()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://Page.Example:443", "https://page.example"),
        ("http://page.example:80", "http://page.example"),
        ("https://page.example:80", "https://page.example:80"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_taken_as_browsers_say_it(written: str, sent: str) -> None:
    assert HttpSettings(cors_origins=(written,)).cors_origins == (sent,)


@pytest.mark.parametrize(
    "said",
    ["example.com", "https://a.example/", "", "https://*.example.com", "https://ada@a.example",
     "https://", "https://a b"],
)  # fmt: skip
def test_what_no_browser_would_say_is_no_origin(said: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        HttpSettings(cors_origins=(said,))
