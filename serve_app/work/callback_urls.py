"""Which addresses may be told of a job's end: those that the operator names, and no others.

A client names an address, and this service calls it from inside the operator's network. So the host
must be on the operator's list, and what its name resolves to must be public, at the moment of the
call and not only of the request.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from serve_app.errors import CallbackRefused

MOST_CHARS = 2_048
PORTS = {"https": 443, "http": 80}
# All that is handed out in IPv6 (RFC 4291). What lies outside may be local, as fec0::/10, or hold
# an address of IPv4 that a router takes it to, as ::10.0.0.1 and ::ffff:0:10.0.0.1.
UNICAST = ipaddress.IPv6Network("2000::/3")
TRANSLATED = ipaddress.IPv6Network(
    "64:ff9b::/96"
)  # IPv4 as a network without it names it, RFC 6052


class AddressRefused(Exception):
    """What a name resolves to may not be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes."""

    url: str
    scheme: str
    host: str  # for the certificate and the Host header
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse_callback_url(url: str, allowed: Sequence[str]) -> Target:
    """What a client's URL says, where it is on the list.

    Args:
        allowed: of the operator's settings: `example.com` and `*.example.com` stand for https at
            its usual port; `http://10.0.0.5:9000` for exactly that.
    Raises:
        CallbackRefused: it is no such URL, or its host is not on the list.
    """
    if not allowed:
        raise CallbackRefused(
            "This service tells nobody of jobs: its operator allows no hosts for callback_url."
        )
    target = _read(url)
    if not any(_matches(target, one) for one in allowed):
        raise CallbackRefused(
            f"callback_url: the operator of this service does not allow {target.authority!r}."
        )
    return target


async def resolve(target: Target, *, allow_private: bool) -> str:
    """An address of the target that may be called.

    Raises:
        AddressRefused: one of its addresses is of a private network, or of this machine.
        OSError: the name resolves to nothing.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not allow_private:
        for address in addresses:
            if not _is_public(address):
                raise AddressRefused(f"{target.host} is {address}, which is not public")
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in TRANSLATED:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is None:
            return parsed in UNICAST and parsed.is_global
        parsed = inner
    return parsed.is_global and not parsed.is_multicast


def _read(url: str) -> Target:
    if len(url) > MOST_CHARS:
        raise CallbackRefused(f"callback_url has more than {MOST_CHARS:,} characters.")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise CallbackRefused("callback_url must be a URL in ASCII: encode what is not.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallbackRefused(f"callback_url is no URL: {error}.") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise CallbackRefused("callback_url must begin with https:// and a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise CallbackRefused("callback_url must hold neither a user nor a fragment.")
    return Target(url, parts.scheme, host, port or PORTS[parts.scheme], _path(parts))


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _matches(target: Target, pattern: str) -> bool:
    if "://" in pattern:
        wanted = _read(pattern)
        return (target.scheme, target.host, target.port) == (
            wanted.scheme,
            wanted.host,
            wanted.port,
        )
    if target.scheme != "https" or target.port != PORTS["https"]:
        return False
    wildcard = pattern.lower().removeprefix("*")
    if wildcard.startswith("."):
        return target.host.endswith(wildcard) and len(target.host) > len(wildcard)
    return target.host == pattern.lower()
