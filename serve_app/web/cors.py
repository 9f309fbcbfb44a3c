"""Which pages of other origins a browser lets read our answers."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from config.settings import HttpSettings

CORS_REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Prefer",
    "Range",
    "X-API-Key",
    "X-Request-ID",
    "xi-api-key",
)


def with_cors(app: ASGIApp, http: HttpSettings) -> ASGIApp:
    """Lets browsers of the origins in the settings read what `app` answers."""
    return CORSMiddleware(
        app,
        allow_origins=list(http.cors_origins),
        allow_credentials=http.cors_credentials,
        allow_methods=["GET", "HEAD", "POST", "DELETE"],
        allow_headers=CORS_REQUEST_HEADERS,
        expose_headers=["Location", "Retry-After", "X-Request-ID", "Content-Range", "ETag"],
    )
