"""Ray's own ports, asked by another machine: a network namespace that has no token."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import struct
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.running import RunningService

STRANGER = Path(__file__).with_name("stranger.py")
LISTENING = "0A"  # of /proc/net/tcp
REFUSED_CALLS = {"UNAUTHENTICATED", "UNIMPLEMENTED"}
REFUSED_REQUESTS = {401, 403, 404, 405}
SHOWS_NUMBERS = {"ray::DashboardAgent"}  # as docs/security.md says
NETWORK = "198.51.100."  # of documentation: nobody has it


@dataclass(frozen=True)
class Port:
    owner: str
    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    number: int


def listening(pids: set[int]) -> set[Port]:
    """The TCP ports that these processes listen on."""
    owners: dict[str, str] = {}
    for pid in pids:
        try:
            links = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue  # it ended meanwhile
        script = next((part for part in command if part.endswith(".py")), command[0])
        owners |= dict.fromkeys(links, script.rpartition("/")[2])
    ports = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            owner = owners.get(f"socket:[{rest[5]}]")
            if state == LISTENING and owner is not None:
                address, number = local.split(":")
                ports.add(Port(owner, _address(address), int(number, 16)))
    return ports


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    words = struct.pack(f"={len(text) // 8}I", *(int(text[i : i + 8], 16)
                                                 for i in range(0, len(text), 8)))  # fmt: skip
    return ipaddress.ip_address(words)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, str]]:
    """A namespace that reaches this machine by a cable of its own: its name, and our address."""
    if os.getuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network namespace takes root and: apt-get install iproute2")
    name = f"px{uuid.uuid4().hex[:8]}"
    here, there = f"{NETWORK}1", f"{NETWORK}2"
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
    try:
        ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("addr", "add", f"{here}/30", "dev", name)
        ip("link", "set", name, "up")
        ip("-n", name, "addr", "add", f"{there}/30", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "route", "add", "default", "via", here)
        yield name, here
    finally:
        subprocess.run(["ip", "link", "delete", name], check=False, capture_output=True)
        ip("netns", "delete", name)


def ask_as_a_stranger(name: str, here: str, ports: set[Port]) -> dict[Port, dict[str, Any]]:
    """What each port answers, asked by the address that a neighbour would take."""
    hosts = {
        port: str(port.address)
        if port.address.version == 4 and not port.address.is_unspecified
        and not port.address.is_loopback
        else here
        for port in ports
    }  # fmt: skip
    token = (Path.home() / ".ray" / "auth_token").read_text().strip()
    asked = json.dumps([(hosts[port], port.number) for port in ports])
    done = subprocess.run(
        ["ip", "netns", "exec", name, sys.executable, str(STRANGER), asked, token],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    answers = json.loads(done.stdout)
    return {port: answers[f"{hosts[port]}:{port.number}"] for port in ports}


def is_metrics(answer: dict[str, Any]) -> bool:
    return all(said.get("GET /metrics") == 200 for said in answer["http"])


def test_no_port_of_a_running_service_takes_orders_from_a_stranger(
    service: RunningService, elsewhere: tuple[str, str]
) -> None:
    ports = listening(service._all_pids())
    titles = {port.owner for port in ports}
    for part in ("gcs_server", "raylet", "ray::ServeReplica:phonex:Ingress"):
        assert any(title.startswith(part) for title in titles), titles
    answers = ask_as_a_stranger(*elsewhere, ports)
    guarded, silent, metrics = [], [], []
    for port, answer in answers.items():
        if is_metrics(answer):
            metrics.append(port)
            continue
        calls = {code for said in answer["grpc"] for code in said.values()}
        requests = {code for said in answer["http"] for code in said.values()}
        if not calls - {"UNAVAILABLE"} and not requests:
            silent.append(port)
            continue
        guarded.append(port)
        assert calls - {"UNAVAILABLE"} <= REFUSED_CALLS, (port, answer)
        assert requests <= REFUSED_REQUESTS, (port, answer)
        assert "UNAUTHENTICATED" in calls or requests & {401, 403}, (port, answer)
    assert service.port in {port.number for port in silent}  # the proxy is on loopback
    assert {port.owner for port in metrics} <= SHOWS_NUMBERS, metrics
    assert len(guarded) >= 8
    # The same call with the token is answered, so it was the token that was missing.
    assert any(answer["known"] == "OK" for answer in answers.values())
