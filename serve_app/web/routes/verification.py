"""POST /verify: whether a recording is speech of this service."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form

from serve_app.web.requests import VerificationRequest
from serve_app.web.routes.common import OwnerDep, ServiceDep, problems
from serve_app.web.strict import StrictRoute
from serve_app.web.uploads import read_upload
from serve_app.web.verification_schemas import (
    ManifestResponse,
    VerificationResponse,
    WatermarkResponse,
)
from serve_app.work import manifests
from serve_app.work.manifests import Manifest
from serve_app.work.marks import TECHNIQUE
from serve_app.work.verification import Verdict

router = APIRouter(tags=["provenance"], route_class=StrictRoute)


@router.post("/verify", responses=problems(408, 413, 415, 422, 429))
async def verify_audio(
    service: ServiceDep,
    owner: OwnerDep,
    form: Annotated[VerificationRequest, Form(media_type="multipart/form-data")],
) -> VerificationResponse:
    """Look for this service's mark in a recording, and say how sure the find is."""
    await service.verifier.check_allowance(owner)
    data = await read_upload(form.audio, service.threads, "audio")
    return _view(await service.verifier.verify(owner, data))


def _view(verdict: Verdict) -> VerificationResponse:
    finding = verdict.finding
    return VerificationResponse(
        generated=verdict.generated,
        seconds=round(verdict.seconds, 3),
        watermark=WatermarkResponse(
            technique=TECHNIQUE,
            found=finding.found,
            p_value=verdict.p_value,
            speed=finding.speed if finding.found else None,
        ),
        manifest=_view_manifest(verdict.manifest),
        audio_id=verdict.audio_id,
        message=_in_words(verdict),
    )


def _view_manifest(manifest: Manifest | None) -> ManifestResponse | None:
    if manifest is None:
        return None
    return ManifestResponse(technique=manifests.TECHNIQUE, **asdict(manifest))


def _in_words(verdict: Verdict) -> str:
    manifest = verdict.manifest
    if not verdict.generated:
        if manifest is not None and manifest.state == "valid" and manifest.generated:
            return f"No mark of this service was found. {manifest.signer} signed it as generated."
        return (
            "No mark of this service was found. The recording may still be generated: by another "
            "service, or by this one if it was changed too much or is too short."
        )
    said = "This is speech that this service generated"
    return f"{said}: your audio {verdict.audio_id}." if verdict.audio_id else f"{said}."
