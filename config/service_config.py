"""Reads `serve_config.yaml` and Ray's environment, and puts what the command line says on top."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from config.faults import told
from config.prefixes import plain_prefix
from config.settings import HttpSettings, Settings


class ConfigError(Exception):
    """The configuration cannot be used; the message says where and why."""


def load_config(path: Path | None, profile: str = "cpu") -> dict[str, Any]:
    """The document under `path`, or a packaged profile.

    Raises:
        ConfigError: no such file, not YAML, or not of Ray Serve's form.
    """
    try:
        if path is not None:
            text, name = path.read_text(), str(path)
        else:
            name = f"the profile {profile!r}"
            text = (resources.files("config") / "profiles" / f"{profile}.yaml").read_text()
    except OSError as error:
        raise ConfigError(f"cannot read {path or profile}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path or profile} is not a text in UTF-8") from error
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        # From None, and without the lines that the parser quotes: they may hold a password.
        raise ConfigError(f"{name} is not YAML: {_yaml_fault(error)}") from None
    return _with_sections(document, name)


def _yaml_fault(error: yaml.YAMLError) -> str:
    """What is wrong and where, and nothing of what is written there."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return type(error).__name__
    place = f"line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
    return f"{error.problem} in {place}"


def find_config(path: Path | None, profile: str = "cpu") -> dict[str, Any]:
    """The document under `path`; ./serve_config.yaml where there is one; or a packaged profile."""
    here = Path("serve_config.yaml")
    if path is None and profile == "cpu" and here.exists():
        path = here
    return load_config(path, profile)


def _with_sections(document: Any, name: str) -> dict[str, Any]:
    """The document, with every section that we read there; one whose lines are all commented out
    is null in YAML."""
    applications = document.get("applications") if isinstance(document, dict) else None
    if not isinstance(applications, list) or [type(one) for one in applications] != [dict]:
        raise ConfigError(f"{name} must be a Ray Serve config with one application")
    for parent, key in ((document, "http_options"), (applications[0], "args")):
        if parent.get(key) is None:
            parent[key] = {}
        elif not isinstance(parent[key], dict):
            raise ConfigError(f"{name}: {key} must be a mapping of names to values")
    http = document["http_options"]
    host = http.get("host", "127.0.0.1")
    if not isinstance(host, str) or not host.strip():
        raise ConfigError(f"{name}: http_options.host must be an address, or a name of this host")
    if "host" in http:
        http["host"] = bare_host(host)
    if http.get("root_path") is not None:
        http["root_path"] = _root_path(http["root_path"], f"{name}: http_options.root_path")
    port = http.get("port", 8000)
    if type(port) is not int or not 0 < port < 2**16:
        raise ConfigError(f"{name}: http_options.port must be a number from 1 to 65535")
    return dict(document)


def _root_path(given: object, where: str) -> str:
    prefix = plain_prefix(given) if isinstance(given, str) else None
    if prefix is None:
        raise ConfigError(f"{where}: a path looks like /voice, not like {given!r}")
    return prefix


def bare_host(host: str) -> str:
    """An address as sockets want it: an IPv6 address may be written in brackets, as in a URL."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def override(
    document: dict[str, Any],
    *,
    host: str | None = None,
    port: int | None = None,
    root_path: str | None = None,
    data_dir: Path | None = None,
    insecure: bool = False,
    log_format: str | None = None,
) -> None:
    """Put the command line's word on top of the file's."""
    http = document.setdefault("http_options", {})
    if host is not None:
        if not host.strip():
            raise ConfigError("--host must be an address, or a name of this host")
        http["host"] = bare_host(host)
    if port is not None:
        http["port"] = port
    if root_path is not None:
        http["root_path"] = _root_path(root_path, "--root-path")
    if data_dir is not None:
        application_args(document)["data_dir"] = str(data_dir.resolve())
    if insecure:
        arguments = application_args(document)
        arguments["http"] = {**(arguments.get("http") or {}), "insecure": True}
    if log_format is not None:
        application_args(document).setdefault("logs", {})["format"] = log_format


def application_args(document: dict[str, Any]) -> dict[str, Any]:
    application: dict[str, Any] = document["applications"][0]
    arguments: dict[str, Any] = application.setdefault("args", {})
    return arguments


def read_settings(document: dict[str, Any]) -> Settings:
    """The application's settings.

    Raises:
        ConfigError: naming each key that is unknown or has a value out of its range.
    """
    try:
        return Settings.model_validate(application_args(document))
    except ValidationError as error:
        problems = [
            f"  args.{'.'.join(str(part) for part in item['loc'])}: {_explain(item)}"
            for item in error.errors()
        ]
        raise ConfigError("these settings cannot be used:\n" + "\n".join(problems)) from error


def _explain(item: Mapping[str, Any]) -> str:
    return "unknown setting" if item["type"] == "extra_forbidden" else told(item)


HTTP_VARIABLE = "PHONEX_HTTP"  # for Ray's HTTP proxy, which is given no arguments


def http_environment(document: dict[str, Any]) -> dict[str, str]:
    """The `http` settings as the proxy reads them; where they cannot be used, the deployment
    says so."""
    with suppress(ConfigError):
        return {HTTP_VARIABLE: read_settings(document).http.model_dump_json()}
    return {}


def proxy_http_settings() -> HttpSettings | None:
    """What `http_environment` says, in the proxy; None where nobody said it."""
    said = os.environ.get(HTTP_VARIABLE)
    return HttpSettings.model_validate_json(said) if said else None


def ray_environment() -> dict[str, str]:
    """`config/ray.env`, under what the environment says already."""
    lines = (resources.files("config") / "ray.env").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: os.environ.get(name, value) for name, _, value in pairs}
