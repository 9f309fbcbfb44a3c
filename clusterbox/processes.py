"""Processes of the box: each ends with the process that started it, whatever becomes of that."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

STOP_LIMIT_S = 15.0


class StartError(Exception):
    """A part of the box did not start; the message has the end of its log."""


def start(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    inside: Sequence[str] = (),
    sockets: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process of a session of its own, which Ctrl-C does not reach.

    Args:
        inside: the command that enters the namespaces that it runs in. What it gains there would
            make the kernel forget whom it ends with, so that is said after.
        sockets: descriptors that it inherits.
    """
    return _SPAWNER.submit(_spawn, command, log, environment, inside, sockets).result()


# The kernel ends a process with the thread that started it: this one stays.
_SPAWNER = ThreadPoolExecutor(1, thread_name_prefix="spawner")


def _spawn(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None,
    inside: Sequence[str],
    sockets: Sequence[int],
) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [*inside, "setpriv", "--pdeathsig=KILL", "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            pass_fds=sockets,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> None:
    """End it, by force where it takes too long."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tree_of(pid: int) -> list[psutil.Process]:
    """The processes below that one."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def title_of(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def end_of(log: Path, characters: int = 3000) -> str:
    with contextlib.suppress(OSError):
        return log.read_text(errors="replace")[-characters:]
    return ""


def wait_until(
    there: Callable[[], bool], what: str, limit_s: float, alive: Callable[[], str | None]
) -> None:
    """Ask until it is there.

    Args:
        alive: the log of what has ended meanwhile; None while nothing has.
    Raises:
        StartError: it was not there in time, or never will be.
    """
    deadline = time.monotonic() + limit_s
    while not there():
        if (log := alive()) is not None:
            raise StartError(f"{what} did not start:\n{log}")
        if time.monotonic() > deadline:
            raise StartError(f"{what} was not ready after {limit_s:.0f} s")
        time.sleep(0.1)
