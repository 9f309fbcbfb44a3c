"""The ingress deployment, and the application that it serves: FastAPI over the service."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any, BinaryIO

import ray
from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from ray import serve
from ray.serve.handle import DeploymentHandle
from starlette.exceptions import HTTPException as StarletteHTTPException

from config.service_config import ConfigError
from config.settings import Settings
from deployments.graph import INGRESS, Graph
from deployments.pipeline import Pipeline
from deployments.shared_queue import QueueClient
from deployments.watch import Place
from engines.errors import EngineError
from serve_app.errors import ServiceError
from serve_app.host.allocator import trim_forever, use_few_heaps
from serve_app.host.claim import DataFolderTaken, share
from serve_app.host.exposure import ExposedWithoutKey, ExposedWithoutToken, refuse_unguarded
from serve_app.host.ray_private import asks_for_token, listening_host
from serve_app.service import VERSION, Service
from serve_app.store.errors import StoreError
from serve_app.web import shedding
from serve_app.web.authentication import Authentication
from serve_app.web.bodies import BodyLimits
from serve_app.web.cors import with_cors
from serve_app.web.exception_handlers import answer_error
from serve_app.web.methods import HeadAsGet
from serve_app.web.middleware import LastResort, RequestContext
from serve_app.web.openapi import LICENSE, operation_id
from serve_app.web.origins import Origins
from serve_app.web.routes import (
    audio,
    batch_audio,
    batches,
    captions,
    contract,
    elevenlabs_socket,
    elevenlabs_speech,
    elevenlabs_voices,
    health,
    job_events,
    jobs,
    openai_custom_voices,
    openai_models,
    openai_socket,
    openai_speech,
    pages,
    reading,
    speakers,
    speech,
    verification,
    voice_files,
    voices,
)
from telemetry.logs import configure_logs
from telemetry.meter import Meter
from telemetry.tracing import open_tracer

logger = logging.getLogger(__name__)

# How long a thread that computes may keep the event loop waiting. At Python's own 5 ms, a request
# that passes through three threads beside a busy one took 25 ms at p99; so it takes 4.
SWITCH_INTERVAL_S = 0.0005

# Why a replica may not start, in words for whoever started it.
REFUSALS = (ConfigError, DataFolderTaken, ExposedWithoutKey, ExposedWithoutToken, StoreError)

DESCRIPTION = """\
Text to speech and voice cloning. Register a recording and get a `voice_id`; speak or clone a text
and get an `audio_id`; poll it, download it, delete it.

Errors are `application/problem+json` (RFC 9457) with a stable `type`.
"""


class Ingress:
    """Composes the three stages behind the HTTP contract."""

    async def __init__(  # type: ignore[misc]  # Ray Serve awaits it
        self,
        settings: Settings,
        text_to_speech: DeploymentHandle[Any],
        embedding_extraction: DeploymentHandle[Any],
        tone_conversion: DeploymentHandle[Any],
    ) -> None:
        configure_logs(settings.logs)
        use_few_heaps()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        meter = Meter(export_to_ray=True)
        tracer = open_tracer(settings.tracing, INGRESS)
        pipeline: Graph
        if settings.batching.queue == "shared":
            pipeline = QueueClient(meter, tracer)
        else:
            stages = (text_to_speech, embedding_extraction, tone_conversion)
            place = Place(serve.get_replica_context().app_name, INGRESS)
            pipeline = Pipeline(*stages, settings.batching, meter, tracer, place)
        try:
            host = await listening_host()
            refuse_unguarded(host, token=asks_for_token())
            self._share = await _share(settings)
            self.service = await Service.open(settings, pipeline, meter, host, tracer)
        except REFUSALS as error:  # Ray Serve tells it, too, at the end of three stack traces
            logger.error("this replica does not start: %s", error)
            raise
        self._trimming = asyncio.create_task(trim_forever(), name="trim")
        self.service.threads.start_processes()

    def __serve_build_asgi_app__(self) -> FastAPI:
        return create_app(self.service)

    async def check_health(self) -> None:
        self.service.check()

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """What Ray Serve takes to its controller, for `deployments/scaling.py`. It calls this where
        the ingress has an `autoscaling_config`."""
        return self.service.signals()

    async def drain(self) -> None:
        """Finish running jobs as far as `jobs.drain_s` allows, give the rest back, take no more."""
        await self.service.drain()

    async def __del__(self) -> None:
        if hasattr(self, "service"):
            await self.service.close()
        if share := getattr(self, "_share", None):
            share.close()


async def _share(settings: Settings) -> BinaryIO | None:
    """Hold the data folder with our fellow replicas, where the records lie in it."""
    if settings.database_url is not None:
        return None
    session = ray.get_runtime_context().get_session_name()
    application = f"application {serve.get_replica_context().app_name!r} of Ray's {session}"
    return await asyncio.to_thread(share, settings.data_dir, application)


def create_routes() -> FastAPI:
    """The routes alone, with no service behind them yet."""
    app = FastAPI(
        title="Phonex",
        version=VERSION,
        description=DESCRIPTION,
        license_info=LICENSE,
        openapi_url=None,  # in contract.py
        generate_unique_id_function=operation_id,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere; ours is in pages.py
        redoc_url=None,
        redirect_slashes=False,  # to absolute URLs, by `Host`; ours are in exception_handlers.py
    )
    for routes in (
        *(speech, reading, speakers, voices, voice_files, audio, captions, verification),
        *(jobs, job_events),
        *(batches, batch_audio),
        *(openai_speech, openai_socket, openai_models, openai_custom_voices),
        *(elevenlabs_speech, elevenlabs_socket, elevenlabs_voices),
        *(health, contract, pages),
    ):
        app.include_router(routes.router)
    return app


def create_app(service: Service) -> FastAPI:
    """The HTTP contract over one service."""
    app = create_routes()
    app.state.service = service
    for family in (
        ServiceError,
        EngineError,
        StoreError,
        HTTPException,
        StarletteHTTPException,
        RequestValidationError,
    ):
        app.add_exception_handler(family, answer_error)
    http = service.settings.http
    app.add_middleware(HeadAsGet, routes=app.routes)
    app.add_middleware(LastResort, answer=answer_error)
    app.add_middleware(BodyLimits, limits=service.settings.limits)
    app.add_middleware(Authentication, keys=service.keys)
    if http.cors_origins:
        app.add_middleware(with_cors, http=http)
    app.add_middleware(Origins, http=http, keys=service.keys)  # outside: no CORS on what it refuses
    app.add_middleware(RequestContext, meter=service.meter, tracer=service.tracer)
    if shedding.is_there():
        app.add_middleware(shedding.Informed, admission=service.jobs.admission, meter=service.meter)
    return app
