"""What an operator writes is read as meant, or refused with the place and the reason."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.service_config import (
    ConfigError,
    load_config,
    override,
    ray_environment,
    read_settings,
)

MINIMAL = "applications:\n  - import_path: serve_app.app:build\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "serve_config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def document(**arguments: Any) -> dict[str, Any]:
    return {"applications": [{"args": arguments}]}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"spede": 1}, ["args.spede", "unknown setting"]),
        ({"jobs": {"lease": 3}}, ["args.jobs.lease", "unknown setting"]),
        ({"jobs": {"lease_s": -1}}, ["args.jobs.lease_s", "greater than 0"]),
        ({"engine": "magic"}, ["args.engine", "auto"]),
        ({"jobs": {"lease_s": 5, "heartbeat_s": 4}}, ["args.jobs", "half of jobs.lease_s"]),
        ({"limits": {"max_samples": "many"}, "x": 1}, ["args.limits.max_samples", "args.x"]),
        ({"data_dir": ""}, ["args.data_dir: this is empty"]),
        ({"database_url": "mysql://db"}, ["args.database_url: this must start with postgresql://"]),
        ({"blob_url": "/var/blobs"}, ["args.blob_url: this must start with s3://"]),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    arguments: dict[str, Any], named: list[str]
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings(document(**arguments))
    assert all(part in str(refused.value) for part in named), str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL + "http_options: {host: 7}",
        MINIMAL + "http_options: {host: ''}",
        "applications: [",
        "a: b: c",
        "",
        "- a list",
        "just a word",
        "http_options: {}",
        "applications: []",
        "applications: x",
        "applications: 5",
        "applications: [null]",
        "applications: [a]",
        "applications: {a: 1}",
        MINIMAL + "  - import_path: another\n",
        MINIMAL + "http_options: 5\n",
        MINIMAL + "http_options: {port: 99999}\n",
        MINIMAL + "http_options: {port: '8000'}\n",
        MINIMAL + "    args: 5\n",
        b"\xff\xfe\x00binary",
        "a: \x07",
    ],
)
def test_a_file_that_is_no_config_is_refused_by_name(tmp_path: Path, text: str | bytes) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        read_settings(load_config(path))
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("after", ['" oops', "", '"\n    x: [', '"\n    <', '"\n   \tx: y', "\x07"])
def test_what_is_written_in_a_file_that_is_no_yaml_is_not_told(tmp_path: Path, after: str) -> None:
    secret = "q7x2v9zk"
    url = f'    args:\n      database_url: "postgresql://u:{secret}@h{after}'
    with pytest.raises(ConfigError) as refused:
        load_config(written(tmp_path, MINIMAL + url))
    told = "".join(traceback.format_exception(refused.value))
    assert "is not YAML" in told
    assert not any(secret[at : at + 3] in told for at in range(len(secret) - 2))


def test_a_section_whose_lines_are_commented_out_is_empty(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL + "    args:\n      # engine: auto\nhttp_options:\n")
    loaded = load_config(path)
    override(loaded, host=None, port=9000, data_dir=tmp_path)
    assert read_settings(loaded).data_dir == tmp_path
    assert loaded["http_options"] == {"port": 9000}


@pytest.mark.parametrize("path", ["nothing.yaml", ""])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load_config(tmp_path / path)
    with pytest.raises(ConfigError, match="no-such-profile"):
        load_config(None, "no-such-profile")


def test_the_command_line_goes_over_the_file(tmp_path: Path) -> None:
    loaded = load_config(None)
    file_host = loaded["http_options"]["host"]
    override(loaded, port=9000)
    assert loaded["http_options"] | {"host": file_host, "port": 9000} == loaded["http_options"]
    override(loaded, host="0.0.0.0", data_dir=tmp_path / "x" / ".." / "y")
    assert loaded["http_options"]["host"] == "0.0.0.0"
    assert read_settings(loaded).data_dir == tmp_path / "y"
    assert yaml.safe_load(yaml.safe_dump(loaded)) == loaded  # it still goes to another process


def test_rays_environment_yields_to_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ray_environment():
        monkeypatch.delenv(name, raising=False)
    ours = ray_environment()
    assert ours["RAY_AUTH_MODE"] == "token"
    assert all(name.startswith(("RAY_", "PROMETHEUS_")) and value for name, value in ours.items())
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_SOMETHING_ELSE", "1")
    assert ray_environment() == ours | {"RAY_AUTH_MODE": "disabled"}
    assert "RAY_USAGE_STATS_ENABLED" not in os.environ  # asking changes nothing


@pytest.mark.parametrize(("written", "meant"), [("[::1]", "::1"), ("::1", "::1"), ("[::]", "::")])
def test_an_ipv6_address_may_stand_in_brackets(tmp_path: Path, written: str, meant: str) -> None:
    file = tmp_path / "serve.yaml"
    file.write_text(yaml.safe_dump({"applications": [{}], "http_options": {"host": written}}))
    assert load_config(file)["http_options"]["host"] == meant
    document = load_config(None)
    override(document, host=written)
    assert document["http_options"]["host"] == meant
