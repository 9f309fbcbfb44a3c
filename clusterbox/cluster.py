"""The whole cluster: a head without work, workers, PostgreSQL, Swift, Redis and a balancer."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from clusterbox.balancer import Balancer
from clusterbox.machines import Machine
from clusterbox.network import SWITCH, Network
from clusterbox.objects import ACCESS_KEY, REGION, Swift
from clusterbox.processes import StartError, end_of, start, stop, wait_until
from clusterbox.ray_nodes import DASHBOARD_PORT, head_command, worker_command
from clusterbox.stores import (
    POSTGRESQL_PORT,
    PostgreSQL,
    Redis,
    Store,
    free_socket,
    postgresql_binaries,
)
from config.service_config import load_config, override, ray_environment

ROOT = Path(__file__).parent.parent
BUCKET = "phonex-audio"
HTTP_PORT = 8000
START_LIMIT_S = 180.0
HEAD = "head"
HEAD_AWAY_LIMIT_S = 600  # for so long a worker goes on without a head; KubeRay's own figure
# The head gives a node up that has not answered three times, after 15 s and not after 40.
HEALTH_CHECKS = {
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "4000",
    "RAY_health_check_failure_threshold": "3",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A machine, and where this one's loopback finds its HTTP proxy."""

    machine: Machine
    url: str


class Cluster:
    """Made by `running`."""

    def __init__(self, folder: Path, workers: int, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self._settings = settings
        self._root = folder / "m"  # the same path on each machine, and another folder
        self._root.mkdir()
        self._token = secrets.token_hex(32)
        self._closing = contextlib.ExitStack()
        binaries = postgresql_binaries()
        if binaries is None:
            raise StartError("PostgreSQL is not installed: apt-get install postgresql")
        self.network = Network(folder)
        self._closing.callback(self.network.close)
        self.postgresql = PostgreSQL(self.network, folder, binaries)
        self.redis = Redis(self.network, folder)
        self.swift = Swift(self.network, folder)
        self.stores: dict[str, Store] = {
            "postgresql": self.postgresql,
            "redis": self.redis,
            "s3": self.swift,
        }
        names = [HEAD, *(f"worker-{number}" for number in range(1, workers + 1))]
        self.machines = {
            name: Machine(name, number, self.network, folder, self._root)
            for number, name in enumerate(names, 10)
        }
        workers_at = {name: self.machines[name].address for name in names if name != HEAD}
        self.balancer = Balancer(self.network, folder, workers_at)
        self.nodes: dict[str, Node] = {}
        self.key = ""

    @property
    def url(self) -> str:
        """The balancer, on this machine's loopback."""
        return self._urls["balancer"]

    @property
    def headers(self) -> dict[str, str]:
        """That an owner's requests carry."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def database_url(self) -> str:
        """The records, as this machine finds them."""
        password = self.postgresql.password
        return f"postgresql://phonex:{password}@{self._targets['postgresql']}/postgres"

    def stored(self) -> list[str]:
        """The keys of all objects in the bucket."""
        pages = self.swift.client(self._urls["s3"]).get_paginator("list_objects_v2")
        return [
            str(entry["Key"])
            for page in pages.paginate(Bucket=BUCKET)
            for entry in page.get("Contents", ())
        ]

    def sweep(self) -> None:
        """Delete the files that no record refers to, however young: nothing may be under way."""
        config = self.folder / "sweep.yaml"
        config.write_text(yaml.safe_dump(self._document()))
        done = self._run([sys.executable, "-m", "clusterbox.sweep", str(config)])
        if done.returncode:
            raise StartError(f"the sweep failed:\n{done.stderr[-3000:]}")

    def start_node(self, name: str) -> None:
        """Switch a machine on."""
        head, machine = self.machines[HEAD], self.machines[name]
        if machine is head:
            command = head_command(head.address, self._root / "ray", self.redis.password)
        else:
            command = worker_command(machine.address, head.address)
        machine.boot(command, self._environment())

    def roll_out(self, changes: Mapping[str, Any] | None = None) -> None:
        """Bring the config to the cluster by deploy/rollout.sh, and wait until it serves.

        Args:
            changes: more of its application's keys, such as another `runtime_env`.
        """
        config = self.folder / "cluster.yaml"
        document = self._document()
        document["applications"][0].update(changes or {})
        config.write_text(yaml.safe_dump(document))
        head, worker = self.machines[HEAD], self.machines["worker-1"]
        done = self._run(
            ["bash", str(ROOT / "deploy" / "rollout.sh"), str(config)],
            RAY_DASHBOARD=f"http://{head.address}:{DASHBOARD_PORT}",
            PHONEX_URL=f"http://{worker.address}:{HTTP_PORT}",
        )
        with (self.folder / "rollout.log").open("a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode:
            raise StartError(f"it was not deployed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def close(self) -> None:
        """End everything, by its process ids."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda machine: machine.kill(), self.machines.values()))
            list(pool.map(lambda store: store.stop(), self.stores.values()))
        self._closing.close()

    def start(self) -> None:
        self._open_ports()
        for store in self.stores.values():
            store.start()
        self._wait_for(self.postgresql, self._postgresql_is_there)
        self.balancer.start()
        for name in self.machines:
            self.start_node(name)
        self._make_bucket()
        self.key = self._add_key()
        self._wait_for_ray()
        self.roll_out()
        wait_until(self._all_answer, "a proxy or the balancer", START_LIMIT_S, lambda: None)

    def _all_answer(self) -> bool:
        """Every node's HTTP proxy, and the balancer, which asks a node three times before others
        may."""
        with contextlib.suppress(httpx.HTTPError):
            urls = [*(node.url for node in self.nodes.values()), self.url]
            return all(httpx.get(f"{url}/readyz", timeout=5.0).is_success for url in urls)
        return False

    def _open_ports(self) -> None:
        """Ports of loopback that lead to the balancer, each node's proxy, and the stores."""
        targets = {"balancer": f"{SWITCH}:{HTTP_PORT}"}
        targets |= {name: f"{one.address}:{HTTP_PORT}" for name, one in self.machines.items()}
        targets |= {"postgresql": f"{SWITCH}:{POSTGRESQL_PORT}", "s3": f"{SWITCH}:8080"}
        targets["dashboard"] = f"{self.machines['head'].address}:{DASHBOARD_PORT}"
        sockets = {name: free_socket() for name in targets}
        routes = [f"{sockets[name].fileno()}={target}" for name, target in targets.items()]
        relay = start(
            [sys.executable, "-m", "clusterbox.relay", *routes],
            self.folder / "relay.log",
            os.environ | {"PYTHONPATH": _python_path()},
            inside=self.network.entering(),
            sockets=[one.fileno() for one in sockets.values()],
        )
        self._closing.callback(stop, relay)
        self._targets = {name: f"127.0.0.1:{one.getsockname()[1]}" for name, one in sockets.items()}
        for one in sockets.values():
            one.close()
        self._urls = {name: f"http://{target}" for name, target in self._targets.items()}
        self.nodes = {name: Node(one, self._urls[name]) for name, one in self.machines.items()}

    def _document(self) -> dict[str, Any]:
        document = load_config(None, "cluster")
        arguments = document["applications"][0]["args"]
        arguments["database_url"] = self.postgresql.database
        arguments["blob_url"] = f"s3://{BUCKET}?endpoint_url={self.swift.endpoint}&region={REGION}"
        arguments.update(self._settings)
        override(document, data_dir=self._root / "data")
        return document

    def _environment(self) -> dict[str, str]:
        secret = {
            "PGPASSWORD": self.postgresql.password,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": self.swift.secret,
            "AWS_EC2_METADATA_DISABLED": "true",
            "RAY_AUTH_TOKEN": self._token,
            "RAY_REDIS_ADDRESS": self.redis.address,
            "RAY_external_storage_namespace": "phonex",
            "RAY_gcs_rpc_server_reconnect_timeout_s": str(HEAD_AWAY_LIMIT_S),
        }
        own = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": _python_path(),
            "HOME": str(self._root),
        }
        return os.environ | ray_environment() | HEALTH_CHECKS | secret | own

    def _run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """A command on the switch, as on an operator's machine."""
        return subprocess.run(
            [*self.network.entering(), *command],
            cwd=ROOT,
            env=self._environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _add_key(self) -> str:
        config = self.folder / "keys.yaml"
        config.write_text(yaml.safe_dump(self._document()))
        command = (sys.executable, "-m", "serve_app.cli.main", "keys", "add", "box")
        added = self._run([*command, "--config", str(config)])
        if added.returncode:
            raise StartError(f"no key could be added:\n{added.stderr}")
        return added.stdout.strip()

    def _make_bucket(self) -> None:
        client = self.swift.client(self._urls["s3"])

        def there() -> bool:
            with contextlib.suppress(BotoCoreError, ClientError):
                client.create_bucket(Bucket=BUCKET)
                return True
            return False

        self._wait_for(self.swift, there)

    def _postgresql_is_there(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.database_url, connect_timeout=2).close()
            return True
        return False

    def _wait_for(self, store: Store, there: Any) -> None:
        wait_until(there, type(store).__name__, START_LIMIT_S, store.fault)

    def _wait_for_ray(self) -> None:
        url = f"{self._urls['dashboard']}/nodes?view=summary"
        headers = {"Authorization": f"Bearer {self._token}"}

        def alive() -> bool:
            with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                nodes = httpx.get(url, headers=headers, timeout=5.0).json()["data"]["summary"]
                states = [one["raylet"]["state"] for one in nodes]
                return states.count("ALIVE") >= len(self.machines)
            return False

        def fault() -> str | None:
            off = [one for one in self.machines.values() if not one.is_on]
            return end_of(off[0].log) if off else None

        wait_until(alive, "Ray", START_LIMIT_S, fault)


def _python_path() -> str:
    own = (str(ROOT), str(ROOT / "clients" / "python" / "src"))
    return ":".join([*own, *filter(None, [os.environ.get("PYTHONPATH")])])


@contextmanager
def running(
    *,
    workers: int = 2,
    settings: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Iterator[Cluster]:
    """A cluster that serves; everything of it is gone after.

    Args:
        settings: `args` of the application beside those of the profile.
        folder: an empty one with a short path, which is kept; none: one that goes after.
    Raises:
        StartError: what did not start, and the end of its log.
    """
    with contextlib.ExitStack() as stack:
        if folder is None:  # Ray's sockets need short paths
            made = tempfile.TemporaryDirectory(prefix="phx", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(made))
        cluster = Cluster(folder, workers, {"engine": "embedded", **(settings or {})})
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.close()
