"""Whether others than this machine can reach the service, and whether that is allowed."""

from __future__ import annotations

import ipaddress

WHAT_TO_DO = (
    "Add a key with `phonex keys add NAME`, listen on 127.0.0.1, or say that everybody may use "
    "the service, with --insecure or args.http.insecure: true."
)


class ExposedWithoutKey(Exception):
    """The service would be open to other machines without any API key: it does not start."""


def is_loopback(host: str | None) -> bool:
    """Whether only this machine reaches what listens there. A name that is not known is no."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_exposed(host: str | None, *, any_key: bool, insecure: bool) -> None:
    """Raise ExposedWithoutKey where strangers could use what listens on `host`."""
    if not (is_loopback(host) or any_key or insecure):
        where = host or "An unknown address"
        raise ExposedWithoutKey(
            f"{where} can be reached from other machines, and there is no API key. {WHAT_TO_DO}"
        )
