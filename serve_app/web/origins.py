"""Whose page asks: a browser sends what any page tells it to, to addresses its visitor can reach.

Two tricks are refused. A page of another origin may post a form here without asking first; and a
page may rebind its own name to our address, so that the browser takes us for that page's origin.
Programs that are no browsers send neither header, or their own mind, and pass.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import HttpSettings
from serve_app.errors import BadRequest, ForeignOrigin, ServiceError, UnknownHost
from serve_app.keys import KeyRing
from serve_app.store.errors import StoreError
from serve_app.web.bodies import refuse_unread

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # change nothing, and are not read elsewhere
OWN_SITES = frozenset({"same-origin", "none"})  # of Sec-Fetch-Site; none: the visitor's own doing
AUTHORITY = re.compile(r"(?:\[(?P<ip>[^\[\]]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>\d{0,5}))?")
DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Authority:
    """A host and perhaps a port, as `Host` and `Origin` write them, in one spelling."""

    host: str  # small letters, without brackets and the dot at its end
    port: str  # "" where none is written

    def at(self, scheme: str) -> Authority:
        """The same without the port that goes without saying."""
        return Authority(self.host, "") if self.port == DEFAULT_PORTS.get(scheme) else self


def read_authority(text: str) -> Authority | None:
    """None where it is no host."""
    match = AUTHORITY.fullmatch(text.strip())
    if match is None:
        return None
    host = (match["ip"] or match["name"]).lower().removesuffix(".")
    if not host or (match["ip"] and not _is_ip(host)):
        return None
    return Authority(host, match["port"] or "")


def check_host(headers: Headers, allowed: Collection[str]) -> None:
    """Whether the name we were asked by can be only ours.

    Addresses pass: nobody can rebind one. So does a request without the header, which every
    browser sends.

    Args:
        allowed: names as in `http.allowed_hosts`.
    Raises:
        UnknownHost: a name that its owner may have pointed here.
    """
    host = asked_host(headers)
    if host is None or "*" in allowed:
        return
    name = host.host
    if _is_ip(name) or name == "localhost" or name.endswith(".localhost"):
        return
    if not any(_matches(name, pattern) for pattern in allowed):
        raise UnknownHost(
            f"This service does not go by the name {name!r}. If it should, add the name to "
            "http.allowed_hosts in its settings; addresses and localhost always work.",
            host=name,
        )


def asked_host(headers: Headers) -> Authority | None:
    """What `Host` says; None where there is none.

    Raises:
        BadRequest: it comes twice, so that two readers may see two hosts, or is no host.
    """
    values = headers.getlist("host")
    if not values:
        return None
    host = read_authority(values[0])
    if len(values) > 1 or host is None:
        raise BadRequest("A request has one Host header, with a name or an address.")
    return host


def check_origin(scope: Scope, allowed: Collection[str]) -> None:
    """Whether a page of ours, or of an origin that may, sends what changes something.

    Browsers say in `Origin` whose page it is, and in `Sec-Fetch-Site` how far it is from us. A
    WebSocket is always looked at: no CORS keeps a page from reading it.

    Args:
        allowed: origins as in `http.cors_origins`.
    Raises:
        ForeignOrigin
    """
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return
    headers = Headers(scope=scope)
    origins = headers.getlist("origin")
    if "*" in allowed or (origins and set(origins) <= set(allowed)):
        return
    sites = {site.strip().lower() for site in headers.getlist("sec-fetch-site")}
    ours = _own_authorities(headers)
    if sites <= OWN_SITES and all(_is_own(origin, ours) for origin in origins):
        return
    told: dict[str, Any] = {"origin": origins[0]} if origins else {}
    raise ForeignOrigin(
        "A page of another origin may not do this. If it should, add its origin to "
        "http.cors_origins in the service's settings; if it is the service's own, let the proxy in "
        "front pass the Host header on as it came, or say it in X-Forwarded-Host.",
        **told,
    )


def _own_authorities(headers: Headers) -> list[Authority]:
    """Where the browser sees us. `X-Forwarded-Host` may be believed from anybody here: no page can
    make a browser send it to another origin without asking by CORS first."""
    forwarded = ",".join(headers.getlist("x-forwarded-host")).split(",")
    named = [read_authority(text) for text in (*headers.getlist("host"), *forwarded)]
    return [authority for authority in named if authority]


def _is_own(origin: str, ours: Collection[Authority]) -> bool:
    """The scheme is not compared: behind a proxy with TLS we see http. Over TLS, browsers tell in
    Sec-Fetch-Site where it differs."""
    scheme, _, rest = origin.lower().partition("://")
    authority = read_authority(rest)
    if scheme not in DEFAULT_PORTS or authority is None:
        return False
    return authority.at(scheme) in [one.at(scheme) for one in ours]


def _matches(name: str, pattern: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Origins:
    """In the ingress: refuses requests of foreign pages, whatever route they ask for."""

    def __init__(self, app: ASGIApp, http: HttpSettings, keys: KeyRing) -> None:
        self.app = app
        self.http = http
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            await self._check_host(Headers(scope=scope))
            check_origin(scope, self.http.cors_origins)
        except ServiceError as error:
            await refuse_unread(error, scope, receive, send)
            return

        async def kept_apart(message: Message) -> None:
            if message["type"] == "http.response.start" and not self.http.cors_origins:
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cross-Origin-Resource-Policy", "same-site")
            await send(message)

        await self.app(scope, receive, kept_apart)

    async def _check_host(self, headers: Headers) -> None:
        """A rebound page has no key, so where keys are in use no name is refused unless the
        settings list those that are right: proxies pass on names that we were never told."""
        try:
            check_host(headers, self.http.allowed_hosts)
        except UnknownHost:
            if self.http.allowed_hosts or not await self._keys_are_in_use():
                raise

    async def _keys_are_in_use(self) -> bool:
        try:
            # Once in use they stay so: probes of such a service wait for no database.
            return self.keys.in_use or await self.keys.required()
        except StoreError:
            return self.keys.in_use
