"""A network that nobody else is on: a switch, and a cable from it to each machine.

It lies in namespaces of the kernel. Nothing leads out of it, so what listens there on every
address, as Ray does, is reached from the box alone; `relay.py` lets this machine's loopback in.
Whoever is not root gets a user namespace as well, in which they are.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path

from clusterbox.processes import StartError, start, stop

SWITCH = "198.51.100.1"  # of a range for documentation, which nobody has
PREFIX_BITS = 24
START_LIMIT_S = 10.0


def address_of(number: int) -> str:
    """Of the machine with that number, from 10 on."""
    return f"198.51.100.{number}"


class Network:
    """The switch, at SWITCH."""

    def __init__(self, folder: Path) -> None:
        own_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        log = folder / "network.log"
        self._holder = start(
            ["sleep", "infinity"], log, inside=["unshare", *own_user, "--net", "--"]
        )
        self._own_user = bool(own_user)
        try:
            self._wait(log)
            for command in (
                "link set lo up",
                "link add switch type bridge",
                "link set switch up",
                f"addr add {SWITCH}/{PREFIX_BITS} dev switch",
            ):
                self._ip(*command.split())
        except BaseException:
            self.close()
            raise

    def entering(self, pid: int | None = None) -> list[str]:
        """What a command is prefixed with that runs on the switch, or where that process is."""
        target = f"--target={pid or self._holder.pid}"
        return ["nsenter", target, *(["--user"] if self._own_user else []), "--net", "--"]

    def plug(self, name: str, address: str, pid: int) -> None:
        """Give the network namespace of that process a cable to the switch."""
        self.unplug(name)
        cable = f"link add {name} type veth peer name eth0 netns {pid}"
        self._ip(*cable.split())
        self._ip(*f"link set {name} master switch up".split())
        for command in (f"addr add {address}/{PREFIX_BITS} dev eth0", "link set eth0 up"):
            self._ip(*command.split(), pid=pid)

    def unplug(self, name: str) -> None:
        """Take the cable away, where there is one."""
        with contextlib.suppress(StartError):
            self._ip("link", "delete", name)

    def cut(self, name: str) -> None:
        """Let nothing through that cable until `mend`."""
        self._ip("link", "set", name, "down")

    def mend(self, name: str) -> None:
        self._ip("link", "set", name, "up")

    def close(self) -> None:
        stop(self._holder)

    def _wait(self, log: Path) -> None:
        ours = os.readlink("/proc/self/ns/net")  # noqa: PTH115  no path of the file system
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            with contextlib.suppress(OSError):
                link = f"/proc/{self._holder.pid}/ns/net"
                if os.readlink(link) != ours:  # noqa: PTH115
                    return
            if self._holder.poll() is not None or time.monotonic() > deadline:
                raise StartError(f"no network namespace can be made here: {log.read_text()}")
            time.sleep(0.01)

    def _ip(self, *words: str, pid: int | None = None) -> None:
        done = subprocess.run(
            [*self.entering(pid), "ip", *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StartError(f"ip {' '.join(words)}: {done.stderr.strip()}")
