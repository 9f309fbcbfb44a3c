"""GET /, /health, /healthz, /readyz, /metrics."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import RedirectResponse

from deployments.graph import (
    EMBEDDING_EXTRACTION,
    STAGES,
    TEXT_TO_SPEECH,
    TONE_CONVERSION,
    missing_stages,
)
from engines.registry import ENGINES
from serve_app.errors import ServiceStarting
from serve_app.service import VERSION, Service
from serve_app.web.health_schemas import HealthResponse, StageHealth
from serve_app.web.routes.common import OwnerDep, PrefixDep, ServiceDep, problems
from serve_app.web.urls import UrlRoute

router = APIRouter(tags=["health"], route_class=UrlRoute)


@router.get(
    "/",
    response_model=HealthResponse,
    responses={307: {"description": "A browser is led to the sandbox"}},
)
async def get_root(
    service: ServiceDep,
    prefix: PrefixDep,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> HealthResponse | Response:
    """The service's card: version, engine, whether it is ready. Open to strangers, and then
    without any numbers, where API keys are in use. A browser gets the sandbox."""
    if "text/html" in accept:
        # Relative where no prefix is known: right below one that nobody told us of.
        page = f"{prefix}/sandbox" if prefix else "sandbox"
        return RedirectResponse(page, 307, headers={"Vary": "Accept"})
    if await service.keys.required():
        return _card(service, "online", prefix)
    return await _health(service, "", "online", prefix)


@router.get("/health")
async def get_health(service: ServiceDep, owner: OwnerDep, prefix: PrefixDep) -> HealthResponse:
    """What runs, and whether all of it does."""
    status = "healthy" if service.pipeline.ready else "degraded"
    return await _health(service, owner, status, prefix)


@router.get("/healthz")
async def get_liveness() -> dict[str, str]:
    """200 while this process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses=problems(503))
async def get_readiness(service: ServiceDep) -> dict[str, str]:
    """200 when every stage has a ready replica, or rests and will start one when it is asked, and
    the records answer; 503 otherwise."""
    missing = missing_stages(service.pipeline.replicas, service.pipeline.resting)
    if missing or not service.pipeline.ready:
        names = ", ".join(missing) or "the engines"
        raise ServiceStarting(f"Not ready: {names}.", retry_after_s=2.0)
    await service.threads.io(service.records.ping)
    return {"status": "ready"}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics(service: ServiceDep) -> Response:
    """Prometheus metrics of this ingress replica and of the stages as it sees them."""
    data = await service.threads.brief("", service.meter.render)
    return Response(data, media_type=CONTENT_TYPE_LATEST)


async def _health(service: Service, owner: str, status: str, prefix: str) -> HealthResponse:
    # The jobs of all owners together would tell each what the others do.
    counts = await service.threads.io(service.records.count_jobs, owner=owner)
    card = _card(service, status, prefix)
    return card.model_copy(
        update={
            "registered_voices": await service.voices.count(owner),
            "stages": [
                _stage(service, stage, service.pipeline.replicas[stage]) for stage in STAGES
            ],
            "jobs": {state: counts.by_state.get(state, 0) for state in ("queued", "processing")},
            "queued_audio_seconds": round(sum(counts.remaining_cost.values()), 1),
        }
    )


def _card(service: Service, status: str, prefix: str) -> HealthResponse:
    """What anybody may know."""
    missing = missing_stages(service.pipeline.replicas, service.pipeline.resting)
    speech = service.pipeline.engines.get(TEXT_TO_SPEECH)
    engine = (speech.family or speech.name) if speech else ""
    can_speak = TEXT_TO_SPEECH not in missing
    can_clone = not {EMBEDDING_EXTRACTION, TONE_CONVERSION} & set(missing)
    return HealthResponse(
        status=status,
        tts_ready=can_speak,
        voice_clone_ready=can_speak and can_clone,
        registered_voices=0,
        version=VERSION,
        sandbox=f"{prefix}/sandbox",
        docs=f"{prefix}/docs",
        watermark=service.settings.provenance.watermark,
        engine=engine or None,
        sounds=ENGINES[engine].sounds if engine in ENGINES else None,
    )


def _stage(service: Service, stage: str, replicas: int) -> StageHealth:
    info = service.pipeline.engines.get(stage)
    return StageHealth(
        deployment=stage,
        replicas=replicas,
        engine=info.name if info else None,
        version=info.version if info else None,
        backend=info.backend if info else None,
        device=info.device if info else None,
        note=info.note or None if info else None,
    )
