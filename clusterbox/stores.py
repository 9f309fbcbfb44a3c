"""PostgreSQL and Redis, on the switch: the records, and what Ray's head remembers of the cluster.

PostgreSQL refuses to run as root, and Swift would want to be another user: each runs in a user
namespace in which it is nobody in particular.
"""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Protocol

from clusterbox.network import SWITCH, Network
from clusterbox.processes import end_of, start, stop

UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
POSTGRESQL = Path("/usr/lib/postgresql")  # where Debian and Ubuntu keep them, outside PATH
POSTGRESQL_PORT = 5432
REDIS_PORT = 6380


class Store(Protocol):
    """A store that the cluster cannot do without."""

    def start(self) -> None: ...

    def kill(self) -> None:
        """As a power cut has it: connections are cut, nothing is tidied up."""

    def stop(self) -> None: ...

    def fault(self) -> str | None:
        """The end of its log, where it ended by itself."""


def postgresql_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest where there are several."""
    folders = sorted(POSTGRESQL.glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in reversed(folders):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Part:
    """One process on the switch."""

    def __init__(self, network: Network, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.folder.mkdir(mode=0o700)
        self.log = self.folder / "log"
        self._network = network
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = start(
                self.command(), self.log, inside=[*self._network.entering(), *UNPRIVILEGED]
            )

    def kill(self) -> None:
        if self._process is not None:
            stop(self._process, signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None:
            stop(self._process)

    def fault(self) -> str | None:
        if self._process is not None and self._process.poll() is not None:
            return end_of(self.log)
        return None


class PostgreSQL(Part):
    """A new, empty server; `database` is its URL as the machines have it, without the password."""

    user = "phonex"
    database = f"postgresql://phonex@{SWITCH}:{POSTGRESQL_PORT}/postgres"

    def __init__(self, network: Network, folder: Path, binaries: Path) -> None:
        super().__init__(network, folder, "postgresql")
        self.password = secrets.token_urlsafe(24)
        self._binaries = binaries
        self._data = self.folder / "data"
        word = self.folder / "password"
        word.write_text(self.password)
        command = [
            *UNPRIVILEGED,
            *(str(binaries / "initdb"), "--pgdata", str(self._data), "--username", self.user),
            *("--auth", "scram-sha-256", "--pwfile", str(word)),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        ]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def command(self) -> list[str]:
        return [
            *(str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(POSTGRESQL_PORT)),
            *("-c", f"listen_addresses={SWITCH}", "-c", f"unix_socket_directories={self.folder}"),
            *("-c", "shared_buffers=32MB"),
        ]

    def start(self) -> None:
        # A PostgreSQL that was killed leaves a file of its process id, which another may have now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        hba = self._data / "pg_hba.conf"
        line = f"host all all {SWITCH.rpartition('.')[0]}.0/24 scram-sha-256\n"
        if line not in hba.read_text():
            hba.write_text(hba.read_text() + line)
        super().start()

    def kill(self) -> None:
        if self._process is not None:
            stop(self._process, signal.SIGQUIT)  # its processes end at once, and tidy nothing up

    def stop(self) -> None:
        if self._process is not None:
            stop(self._process, signal.SIGINT)  # cuts connections; SIGTERM would wait for them


class Redis(Part):
    """Redis, with a password, writing each change down within a second."""

    address = f"{SWITCH}:{REDIS_PORT}"

    def __init__(self, network: Network, folder: Path) -> None:
        super().__init__(network, folder, "redis")
        self.password = secrets.token_urlsafe(24)
        (self.folder / "redis.conf").write_text(
            f"bind {SWITCH}\nport {REDIS_PORT}\nrequirepass {self.password}\n"
            f"dir {self.folder}\nappendonly yes\nappendfsync everysec\nsave ''\ndaemonize no\n"
        )

    def command(self) -> list[str]:
        return ["redis-server", str(self.folder / "redis.conf")]


def free_socket(port: int = 0) -> socket.socket:
    """A listening socket of this machine's loopback."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    return listening
