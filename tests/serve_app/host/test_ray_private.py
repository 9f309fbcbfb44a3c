"""What Ray does not promise: all of it is in one file, and the pinned release has it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from ray import serve
from ray._private import node, ray_constants, ray_logging, worker
from ray._private.metrics_agent import PrometheusServiceDiscoveryWriter
from ray.serve import context
from ray.serve._private import api, constants
from ray.serve._private.client import ServeControllerClient
from ray.serve._private.controller import ServeController
from ray.serve.handle import DeploymentHandle

from serve_app.host import ray_private

ROOT = Path(__file__).parents[3]
SHIPPED = ("serve_app", "deployments", "engines", "telemetry", "config", "export", "loadtests")
ONLY_HERE = Path(ray_private.__file__)


def private_names(source: str) -> Iterator[str]:
    """Names of Ray with a leading underscore that a file imports or reaches by attributes."""
    for found in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(found, ast.Import):
            names = [one.name for one in found.names]
        elif isinstance(found, ast.ImportFrom) and found.module and not found.level:
            names = [f"{found.module}.{one.name}" for one in found.names]
        elif isinstance(found, ast.Attribute):
            names = [ast.unparse(found)]
        for name in names:
            root, *rest = name.split(".")
            if root in ("ray", "serve") and any(part.startswith("_") for part in rest):
                yield name


@pytest.mark.parametrize(
    "source",
    [
        "import ray._private.worker",
        "from ray.serve import _private",
        "from ray.serve.context import _get_global_client",
        "import ray\nray._private.worker",
    ],
)
def test_private_names_are_seen(source: str) -> None:
    assert list(private_names(source))


def test_no_other_file_of_the_service_knows_a_private_name_of_ray() -> None:
    files = [path for folder in SHIPPED for path in (ROOT / folder).rglob("*.py")]
    assert ONLY_HERE in files
    assert list(private_names(ONLY_HERE.read_text()))
    assert {
        str(path.relative_to(ROOT)): names
        for path in files
        if path != ONLY_HERE and (names := list(private_names(path.read_text())))
    } == {}


def test_the_installed_ray_has_every_one_of_them() -> None:
    """So that a new release fails here, by name, and not while the service starts."""
    dispatcher = ray_logging.global_worker_stdstream_dispatcher
    assert ray_private.LOG_HANDLER in inspect.getsource(worker)
    assert callable(dispatcher.remove_handler)
    assert callable(dispatcher.add_handler)
    assert {"http_options", "proxy_location"} <= set(inspect.signature(api.serve_start).parameters)
    assert "_blocking" in inspect.signature(ServeControllerClient.deploy_apps).parameters
    assert "_blocking" in inspect.signature(serve.delete).parameters
    assert len(inspect.signature(PrometheusServiceDiscoveryWriter).parameters) == 3
    assert hasattr(worker, "_global_node")
    for name in (
        *("dead_processes", "gcs_address", "get_temp_dir_path", "get_session_dir_path"),
        *("start_api_server", "start_monitor"),
    ):
        assert hasattr(node.Node, name), name
    assert ray_constants.PROCESS_TYPE_RAYLET
    assert ray_constants.PROCESS_TYPE_GCS_SERVER
    assert isinstance(constants.RAY_SERVE_ENABLE_DIRECT_INGRESS, bool)
    assert "raise_if_no_controller_running" in (
        inspect.signature(context._get_global_client).parameters
    )
    assert hasattr(ServeController, "get_http_config")
    assert "_by_reference" in inspect.signature(DeploymentHandle.options).parameters
