"""Where the service is, and what may be sent there."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from phonex_client.errors import BadAddress, BadKey, Unsendable

DEFAULT_URL = "http://127.0.0.1:8000"
URL_VARIABLE, KEY_VARIABLE = "PHONEX_SERVER", "PHONEX_API_KEY"


@dataclass(frozen=True, slots=True)
class Address:
    """A service's address that can be asked."""

    url: str
    shown: str  # the same without a password
    is_here: bool  # on this machine, of which no proxy knows anything


def find_address(url: str | None) -> Address:
    """
    Args:
        url: as the user gave it; None takes the environment's, or else this machine.

    Raises:
        BadAddress: it is none.
    """
    url = (url or os.environ.get(URL_VARIABLE) or DEFAULT_URL).rstrip("/")
    try:
        host = urlsplit(url).hostname
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress(
            f"{_shown(url)!r} is no URL: {_shown(str(error))}. An IPv6 address stands in brackets: http://[::1]:8000."
        ) from None  # whose words may have the password
    if parsed.scheme not in ("http", "https") or not host:
        raise BadAddress(
            f"{_shown(url)!r} is no URL of a service: it begins with http:// or https://."
        )
    return Address(url, str(parsed.copy_with(userinfo=b"")), is_loopback(host))


def _shown(url: str) -> str:
    """What is no URL, without what stands where a URL has its password."""
    return re.sub(r"(?<=//).*@", "", url) if "//" in url else url.rpartition("@")[2]


def check_key(api_key: str | None) -> str | None:
    """
    Args:
        api_key: as the user gave it; None takes the environment's, "" none.

    Raises:
        BadKey: no header can carry it.
    """
    key = os.environ.get(KEY_VARIABLE) if api_key is None else api_key
    if key and not (key.isascii() and key.isprintable()):
        raise BadKey("the API key has characters that no key has: copy it again.")
    return key or None


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own. A name that is not known is no."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def segment(name: str) -> str:
    """An id or a name as one part of a path.

    Raises:
        Unsendable: none that a path can hold.
    """
    if name in ("", ".", ".."):
        raise Unsendable(f"{name!r} is no id and no name.")
    return quote(name, safe="")
