"""The whole HTTP application in the test's process, with keys of several owners."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.routing import BaseRoute, WebSocketRoute

from config.settings import Settings
from serve_app.ingress import create_app
from serve_app.keys import make_key
from serve_app.proxy import Front
from serve_app.service import Service
from serve_app.store.values import JobCounts, KeyScope, OwnerLimits
from telemetry.meter import Meter
from tests.serve_app.fakes import FAST, FakePipeline


@asynccontextmanager
async def application(
    data_dir: Path, pipeline: FakePipeline | None = None, **settings: Any
) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    """An open service, and a client without a key."""
    values: dict[str, Any] = {"data_dir": data_dir, "jobs": FAST} | settings
    stages = pipeline or FakePipeline()
    service = await Service.open(Settings(**values), stages, Meter(export_to_ray=False))
    transport = httpx.ASGITransport(Front(create_app(service)), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield service, client
    finally:
        await service.close()


def add_key(
    service: Service, owner: str, scope: KeyScope = "client", *limits: int | None
) -> dict[str, str]:
    """The headers of a new key, which is valid at once."""
    new = make_key(owner, scope)
    service.records.add_key(new.record, OwnerLimits(*limits))
    forget_copy(service)
    return {"Authorization": f"Bearer {new.text}"}


def forget_copy(service: Service) -> None:
    """As if the time had passed after which the keys are read anew."""
    service.keys._read_at = float("-inf")


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path template of every route there is, those of routers and mounts included."""
    yield from _routes_in(app.routes, "")


def fill_queue(service: Service) -> None:
    """Let a service be full until its end. By itself it would look within a second what waits."""
    admission = service.jobs.admission
    for line in admission.lines.values():
        line.update({"": 1e6}, 0.0)

    async def as_counted(max_age_s: float = 0.0) -> JobCounts:
        return admission.counts

    admission.refresh = as_counted  # type: ignore[method-assign]


def fill(template: str) -> str:
    """A path that the template matches."""
    return re.sub(r"{[^}]*}", "x", template)


def _routes_in(routes: list[BaseRoute], prefix: str) -> Iterator[tuple[str, str]]:
    for route in routes:
        included = getattr(route, "original_router", None)  # as FastAPI keeps a router
        inner = included.routes if included is not None else getattr(route, "routes", None)
        path = prefix + getattr(route, "path", "")
        if isinstance(route, WebSocketRoute):
            continue
        if inner:
            yield from _routes_in(inner, path)
        else:
            assert path, f"{route!r} has no path to ask for"
            for method in getattr(route, "methods", None) or {"GET"}:
                yield method, path
