"""Whether others than this machine can reach the service, and whether that is allowed."""

from __future__ import annotations

import ipaddress

WHAT_TO_DO = (
    "Add a key with `phonex keys add NAME`, listen on 127.0.0.1, or say that everybody may use "
    "the service, with --insecure or args.http.insecure: true."
)


class ExposedWithoutKey(Exception):
    """The service would be open to other machines without any API key: it does not start."""


class ExposedWithoutToken(Exception):
    """Ray's own ports would take orders from other machines: the service does not start."""


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


def refuse_unguarded(host: str | None, *, token: bool) -> None:
    """Raise ExposedWithoutToken where other machines reach this one and Ray asks for no token.

    Its ports listen on every interface and run what they are sent, so no setting allows this.
    """
    if not (is_loopback(host) or token):
        where = host or "An unknown address"
        raise ExposedWithoutToken(
            f"{where} can be reached from other machines, and Ray's own ports, which run what they "
            "are sent, ask for no token. Start every Ray process with config/ray.env in its "
            "environment (RAY_AUTH_MODE=token), as phonex serve does, or listen on 127.0.0.1."
        )
