"""GET /sandbox and /docs: the pages for people, out of the package, with nothing from elsewhere.

They are public: what they show they ask for with the visitor's own key.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, Response

from serve_app.web.conditions import is_not_modified
from serve_app.web.routes.common import ServiceDep
from serve_app.web.urls import UrlRoute

router = APIRouter(include_in_schema=False, route_class=UrlRoute)

# Nothing runs, loads or is sent but what comes from here; and nothing makes markup out of text.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cache-Control": "no-cache",  # asked for again each time, and answered with 304
}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """Every file of `serve_app/pages` by its name: no request can name anything else."""
    return {
        entry.name: _read(entry.name, entry.read_bytes())
        for entry in files("serve_app").joinpath("pages").iterdir()
        if entry.is_file()
    }


def _read(name: str, content: bytes) -> Asset:
    # Whatever the system's table says.
    kinds = {".js": "text/javascript", ".html": "text/html", ".ogg": "audio/ogg"}
    suffix = name[name.rfind(".") :]
    kind = kinds.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, kind, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


@router.get("/sandbox")
async def get_sandbox(request: Request) -> Response:
    """The page on which a person makes voices and hears them."""
    return _answer(request, "sandbox.html")


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    """The contract, rendered out of /openapi.json."""
    return _answer(request, "docs.html")


@router.get("/sandbox/limits.json")
async def get_limits(service: ServiceDep) -> Response:
    """What the sandbox tells its visitor before the service has to refuse it."""
    limits = service.settings.limits.model_dump(
        include={
            "max_text_chars",
            "max_upload_bytes",
            "max_samples",
            "min_speech_seconds",
            "require_consent",
        }
    )
    return JSONResponse(limits, headers=HEADERS)


@router.get("/sandbox/{name}")
async def get_asset(name: str, request: Request) -> Response:
    """A script, a style sheet or an icon of the pages."""
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    asset = assets().get(name)
    if asset is None:
        raise HTTPException(404, "The pages have no such file.")
    headers = HEADERS | {"ETag": asset.etag}
    if is_not_modified(request.headers, asset.etag):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
