"""What ends a load test: importing this patches nothing."""

from __future__ import annotations


class ServiceError(Exception):
    """The service cannot be tested; the message says why."""
