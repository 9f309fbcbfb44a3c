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


async def serve_host() -> str | None:
    """The address that Ray Serve's proxies listen on, as the running cluster has it; None where
    it is not known, or where the replicas listen beside them, on every interface."""
    from ray.serve._private.constants import RAY_SERVE_ENABLE_DIRECT_INGRESS
    from ray.serve.context import _get_global_client

    client = _get_global_client(raise_if_no_controller_running=False)
    if client is None or RAY_SERVE_ENABLE_DIRECT_INGRESS:
        return None
    options = await client._controller.get_http_config.remote()
    host: str | None = options.host
    return host
