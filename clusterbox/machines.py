"""A machine of the box: its own processes, network, host name, shared memory and folder.

A machine that is killed is gone as by a power cut: the kernel ends every process in its namespace
and its network with it, so nobody is told.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil

from clusterbox.network import Network, address_of
from clusterbox.processes import StartError, end_of, start, stop, title_of, tree_of, wait_until

# Process 1 of a machine: waits for its cable, then runs what it is there for, again whenever it
# ends, as systemd or a kubelet would; what is left of it is ended first.
INIT = """\
hostname "$1"; ip link set lo up
mount --bind "$2" "$3"
mount -t tmpfs -o size=2g tmpfs /dev/shm
until ip -o -4 addr show eth0 2>/dev/null | grep -q inet; do sleep 0.05; done
shift 3
while :; do
    setsid --wait "$@"  # what ends its own group must not end the machine
    echo "ended with status $?; again in a second"
    kill -9 -1 2>/dev/null; sleep 1
done
"""
SHARED_MEMORY_BYTES = 256 * 2**20  # Ray's object store


class Machine:
    """A machine that runs one command.

    Args:
        number: from 10 on; its address ends so.
        root: the folder that the machine has for itself: the same path is another folder on each.
    """

    def __init__(self, name: str, number: int, network: Network, folder: Path, root: Path) -> None:
        self.name = name
        self.address = address_of(number)
        self._cable = f"m{number}"
        self._network = network
        self._root = root
        self._folder = folder / "machines" / name
        self._folder.mkdir(parents=True, mode=0o700)
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def boot(self, command: list[str], environment: dict[str, str]) -> None:
        """Start it, where it is off."""
        if self.is_on:
            return
        inside = ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork",
                  "--kill-child=KILL", "--mount-proc", "--"]  # fmt: skip
        init = ["sh", "-c", INIT, "init", self.name, str(self._folder), str(self._root)]
        entering = self._network.entering()
        self._process = start([*inside, *init, *command], self.log, environment, inside=entering)
        wait_until(lambda: bool(tree_of(self.pid)), self.name, 10.0, self._fault)
        self._network.plug(self._cable, self.address, self._init().pid)

    @property
    def is_on(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def processes(self, title: str = "") -> list[psutil.Process]:
        """Its processes whose command line contains `title`."""
        found = tree_of(self.pid)
        return [process for process in found if title in title_of(process)]

    def kill(self, title: str | None = None) -> int:
        """`kill -9` the processes with that title, or cut the machine's power; how many ended."""
        if title is None:
            count = len(self.processes())
            if self._process is not None:
                stop(self._process, signal.SIGKILL)
            self._network.unplug(self._cable)
            return count
        victims = self.processes(title)
        for victim in victims:
            os.kill(victim.pid, signal.SIGKILL)
        return len(victims)

    def cut(self) -> None:
        """Nothing comes in or out until `mend`; its processes go on."""
        self._network.cut(self._cable)

    def mend(self) -> None:
        self._network.mend(self._cable)

    @property
    def pid(self) -> int:
        """Of the process that all others on it descend from; 0 where it was never on."""
        return self._process.pid if self._process is not None else 0

    def _init(self) -> psutil.Process:
        children = psutil.Process(self.pid).children()
        if not children:
            raise StartError(f"{self.name} did not start:\n{end_of(self.log)}")
        return children[0]

    def _fault(self) -> str | None:
        return None if self.is_on else end_of(self.log)
