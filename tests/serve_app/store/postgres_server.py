"""A real PostgreSQL server for the tests: its own folder, a free port, gone at the end."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

INSTALLED = "/usr/lib/postgresql"  # where Debian and Ubuntu keep them, outside PATH
PASSWORD = "s3cret-p@ss/word"
START_S = 30.0


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest where there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path(INSTALLED).glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else None


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: who runs it instead."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("root needs a user named postgres or nobody to run PostgreSQL as")


class PostgresServer:
    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = unprivileged_user()
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="phonex-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._run_initdb()

    def _run_initdb(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(PASSWORD)
        if self._user:
            shutil.chown(password_file, self._user)
        command = [
            str(self._binaries / "initdb"),
            *("--pgdata", str(self._folder / "data"), "--username", "phonex"),
            *("--auth", "scram-sha-256", "--pwfile", str(password_file)),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        ]
        subprocess.run(command, user=self._user, cwd=self._folder, check=True, capture_output=True)

    def start(self) -> None:
        command = [
            str(self._binaries / "postgres"),
            *("-D", str(self._folder / "data"), "-p", str(self._port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self._folder}"),
            *("-c", "fsync=off", "-c", "shared_buffers=16MB"),
        ]
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                command, user=self._user, cwd=self._folder, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """At once, as a crash would: open connections are cut."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT: immediate shutdown
            self._process.wait(START_S)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        password = "s3cret-p%40ss%2Fword"
        return f"postgresql://phonex:{password}@127.0.0.1:{self._port}/{database}"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def create_schema(self) -> str:
        """The URL of a new, empty schema: a hundredth of the files of a database."""
        name = f"test{next(self._names)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return self.url(f"postgres?options=-csearch_path%3D{name}")

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test{next(self._names)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)
