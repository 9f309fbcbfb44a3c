"""Tells systemd how the service fares: the datagrams of sd_notify(3), a Type=notify unit's."""

from __future__ import annotations

import contextlib
import os
import socket


class Notifier:
    """Speaks to the service manager that started us; to nobody where there is none."""

    def __init__(self) -> None:
        # Taken out of the environment: what we start must not speak in our name.
        address = os.environ.pop("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self) -> None:
        self._send("READY=1\nSTATUS=Serving.")

    def alive(self) -> None:
        """Feed the watchdog: systemd restarts a unit that is silent for WatchdogSec."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        self._send(f"STATUS={text}")

    def stopping(self) -> None:
        self._send("STOPPING=1\nSTATUS=Draining.")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),  # a manager that is away or busy is no reason to fail
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
        ):
            datagrams.setblocking(False)  # nor to stop serving
            datagrams.sendto(message.encode(), self._address)
