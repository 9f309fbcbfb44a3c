"""A real S3-compatible store, on the switch: OpenStack Swift, whose proxy speaks S3.

Of the servers of that kind that Debian has, it is the one that runs from a folder, in four
processes of 60 MiB; the other, Ceph's gateway, needs a monitor and a disk of its own. Both are kept
up by large users. One copy of each object: the disk below is as safe as this machine's.
"""

from __future__ import annotations

import secrets
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from clusterbox.network import SWITCH, Network
from clusterbox.processes import end_of, start, stop
from clusterbox.stores import UNPRIVILEGED

PORT = 8080
PORTS = {"account": 6202, "container": 6201, "object": 6200}
REGION = "us-east-1"
ACCESS_KEY = "phonex:box"  # Swift's account and user

STORAGE = """\
[DEFAULT]
bind_ip = {ip}
bind_port = {port}
swift_dir = {etc}
devices = {devices}
mount_check = false
user = root
workers = 0

[pipeline:main]
pipeline = {kind}-server

[app:{kind}-server]
use = egg:swift#{kind}
"""

PROXY = """\
[DEFAULT]
bind_ip = {ip}
bind_port = {port}
swift_dir = {etc}
user = root
workers = 0

[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# Nobody else has the objects: a server that was away is asked again at once, not after a minute.
error_suppression_limit = 1000000

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:cache]
use = egg:swift#memcache

[filter:s3api]
use = egg:swift#s3api
location = {region}

[filter:tempauth]
use = egg:swift#tempauth
user_phonex_box = {secret} .admin

[filter:slo]
use = egg:swift#slo
"""

NAMES = """\
[swift-hash]
swift_hash_path_prefix = {prefix}
swift_hash_path_suffix = {suffix}

[storage-policy:0]
name = one-copy
default = yes
"""


class Swift:
    """Its four servers; `endpoint` is where the machines find it."""

    endpoint = f"http://{SWITCH}:{PORT}"

    def __init__(self, network: Network, folder: Path) -> None:
        self._network = network
        self._folder = folder / "swift"
        self._etc = self._folder / "etc"
        (self._folder / "devices" / "disk").mkdir(parents=True, mode=0o700)
        self._etc.mkdir()
        self.secret = secrets.token_urlsafe(24)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._configure()

    def start(self) -> None:
        for kind in ("proxy", *PORTS):
            process = self._processes.get(kind)
            if process is None or process.poll() is not None:
                command = [f"swift-{kind}-server", str(self._etc / f"{kind}.conf")]
                self._processes[kind] = start(
                    command, self._log(kind), inside=[*self._network.entering(), *UNPRIVILEGED]
                )

    def kill(self) -> None:
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()

    def stop(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            stop(process)

    def fault(self) -> str | None:
        for kind, process in self._processes.items():
            if process.poll() is not None:
                return end_of(self._log(kind))
        return None

    def client(self, endpoint: str) -> Any:
        """A client of boto3's, for where this process finds it."""
        return boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=self.secret,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def _log(self, kind: str) -> Path:
        return self._folder / f"{kind}.log"

    def _configure(self) -> None:
        words = {"ip": SWITCH, "etc": self._etc, "devices": self._folder / "devices"}
        for kind, port in PORTS.items():
            text = STORAGE.format(kind=kind, port=port, **words)
            (self._etc / f"{kind}.conf").write_text(text)
        own = {"region": REGION, "secret": self.secret, "port": PORT}
        (self._etc / "proxy.conf").write_text(PROXY.format(**own, **words))
        drawn = {name: secrets.token_hex(16) for name in ("prefix", "suffix")}
        (self._etc / "swift.conf").write_text(NAMES.format(**drawn))
        with ThreadPoolExecutor(len(PORTS)) as pool:
            list(pool.map(self._make_ring, PORTS))

    def _make_ring(self, kind: str) -> None:
        """Which disk holds what: there is one."""
        builder = str(self._etc / f"{kind}.builder")
        disk = f"r1z1-{SWITCH}:{PORTS[kind]}/disk"
        for words in (("create", "2", "1", "0"), ("add", disk, "1"), ("rebalance",)):
            command = ["swift-ring-builder", builder, *words]
            subprocess.run(command, check=True, capture_output=True)
