"""A whole service in a network of its own: `unshare -rn python -m tests.deploy.alone FOLDER`.

Whatever is sent to elsewhere goes into an interface that counts. Prints how many packets a service
sent there that spoke and learnt and cloned a voice, and how many one try of ours did.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.running import RunningService
from tests.survival.work import accept_clones, register_target, wait_for_all

ELSEWHERE = ("198.51.100.9", 443)  # of documentation: nobody has it
SETUP = (
    "ip link set lo up",
    "ip link add out type veth peer name end",
    "ip link set out addrgenmode none",  # IPv6 would speak for itself
    "ip link set end addrgenmode none up",
    "ip addr add 198.51.100.1/32 dev out",
    "ip link set out up",
    "ip route add default dev out",
)


def sent() -> int:
    shown = subprocess.run(
        ["ip", "-s", "-j", "link", "show", "out"], check=True, capture_output=True
    ).stdout
    return int(json.loads(shown)[0]["stats64"]["tx"]["packets"])


def main(folder: Path) -> None:
    for command in SETUP:
        subprocess.run(command.split(), check=True)
    before = sent()
    service = RunningService(folder, {"engine": "embedded"})
    try:
        service.wait_until_ready()
        wait_for_all(service, accept_clones(service, register_target(service)))
    finally:
        service.stop()
    by_service = sent() - before
    with socket.socket() as tried:
        tried.settimeout(0.2)
        tried.connect_ex(ELSEWHERE)
    print(json.dumps({"service": by_service, "control": sent() - before - by_service}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
