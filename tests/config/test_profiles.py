"""What we ship, Ray Serve and our own settings accept; what neither knows, they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from ray.serve import Application
from ray.serve._private.api import call_user_app_builder_with_args_if_necessary
from ray.serve._private.build_app import build_app
from ray.serve.schema import ServeDeploySchema

from config.service_config import load_config, read_settings
from deployments.graph import STAGES
from serve_app.app import build

ROOT = Path(__file__).parents[2]
PROFILES = sorted(path.stem for path in (ROOT / "config" / "profiles").glob("*.yaml"))


@pytest.fixture(params=[*PROFILES, "serve_config"])
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "serve_config":
        return load_config(ROOT / "serve_config.yaml")
    return load_config(None, request.param)


def build_app_from(arguments: dict[str, Any]) -> Application:
    """As Ray Serve does it."""
    return call_user_app_builder_with_args_if_necessary(cast(Any, build), arguments)


def test_there_are_profiles() -> None:
    assert {"cpu", "gpu", "cluster"} <= set(PROFILES)


def test_ray_serve_and_the_settings_accept_it(document: dict[str, Any]) -> None:
    schema = ServeDeploySchema.model_validate(document)
    assert schema.applications[0].import_path == "serve_app.app:build"
    read_settings(document)


def test_it_configures_the_deployments_that_there_are(document: dict[str, Any]) -> None:
    configured = [entry["name"] for entry in document["applications"][0]["deployments"]]
    assert sorted(configured) == sorted(["Ingress", *STAGES])
    app = build_app_from(document["applications"][0]["args"])
    built = build_app(app, name="phonex")
    assert sorted(deployment.name for deployment in built.deployments) == sorted(configured)
    assert built.ingress_deployment_name == "Ingress"


def test_replicas_take_as_many_batches_as_are_sent_to_them(document: dict[str, Any]) -> None:
    in_flight = read_settings(document).batching.batches_per_replica
    for entry in document["applications"][0]["deployments"]:
        assert entry["max_ongoing_requests"] >= in_flight, entry["name"]


def test_the_example_is_the_packaged_profile() -> None:
    assert load_config(ROOT / "serve_config.yaml") == load_config(None, "cpu")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [({"engine": "auto", "spede": 1}, "spede"), ({"jobs": {"lease": 1}}, "jobs.lease")],
)
def test_serve_run_names_an_unknown_key(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        build_app_from(arguments)
