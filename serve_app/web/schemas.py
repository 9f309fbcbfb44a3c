"""What answers look like, with the examples that stand in the OpenAPI page."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from serve_app.store.values import JobKind, JobState
from serve_app.web.caption_schemas import WordTimeResponse
from serve_app.web.quality_schemas import SimilarityResponse


class MarkTime(BaseModel):
    """When a mark of SSML is heard."""

    name: str
    seconds: float = Field(description="from the beginning, until the word after it begins")


class ProvenanceResponse(BaseModel):
    """By what finished audio says that it was generated."""

    watermark: str | None = Field(
        None,
        examples=["phonex-spread-spectrum-1"],
        description="the technique of the inaudible mark; null where the operator has it off",
    )
    manifest: str | None = Field(
        None,
        examples=["c2pa"],
        description="the technique of the file's signed metadata; null where there is none",
    )


class SpeechResponse(BaseModel):
    """An accepted job, finished or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": True,
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "job_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status": "completed",
                    "audio_url": "/audio/0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status_url": "/status/0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "message": "The audio is ready.",
                    "seconds": 1.42,
                    "seed": 7,
                    "speaker": "EN-US",
                    "warnings": [],
                }
            ]
        }
    )

    success: bool = True
    audio_id: str
    job_id: str = Field(description="the same as audio_id")
    status: JobState
    audio_url: str
    status_url: str
    message: str
    seconds: float | None = Field(None, description="of finished audio")
    seed: int | None = None
    speaker: str | None = Field(
        None, description="the base speaker; of a clone the one nearest to its voice, unless named"
    )
    warnings: list[str] = []
    marks: list[MarkTime] = Field([], description="of SSML, once the audio is there")
    words: list[WordTimeResponse] | None = Field(
        None, description="when each is heard, where the request asked for timestamps"
    )
    provenance: ProvenanceResponse | None = Field(
        None, description="by what finished audio says that it was generated"
    )


class CallbackResponse(BaseModel):
    """How far telling a job's end has come."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"state": "told", "attempts": 1, "answer": "204", "told_at": 1795758667.2}]
        }
    )

    state: Literal["pending", "told", "given_up"]
    attempts: int
    answer: str | None = Field(description="what the last attempt came to: a status, or why none")
    told_at: float | None = Field(description="seconds since the epoch")


class JobResponse(BaseModel):
    """Where a job stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status": "processing",
                    "progress": 40,
                    "pieces_done": 2,
                    "pieces_total": 5,
                    "audio_url": None,
                    "estimated_time": "3 s",
                    "created_at": 1795350000.0,
                    "attempts": 1,
                    "speaker": "EN-US",
                    "warnings": [],
                }
            ]
        }
    )

    job_id: str
    audio_id: str
    kind: JobKind | None = Field(None, description="the route that accepted it")
    status: JobState
    progress: int = Field(description="percent of the pieces that are finished")
    pieces_done: int
    pieces_total: int
    audio_url: str | None = Field(None, description="once the audio is there")
    error: str | None = Field(None, description="why it failed, in words")
    problem: str | None = Field(None, description="why it failed, as a problem type")
    estimated_time: str | None = Field(None, description="what is likely left")
    jobs_ahead: int | None = Field(
        None, description="while queued: jobs of yours that were accepted before it and wait too"
    )
    created_at: float = Field(description="seconds since 1970, UTC")
    started_at: float | None = None
    finished_at: float | None = None
    attempts: int = Field(
        0, description="runs that broke on the job itself, and the one under way or finished"
    )
    speaker: str | None = Field(
        None, description="the base speaker; of a clone the one nearest to its voice, unless named"
    )
    seconds: float | None = None
    size_bytes: int | None = None
    format: str | None = None
    similarity: SimilarityResponse | None = Field(
        None, description="of a finished clone and its voice"
    )
    warnings: list[str] = []
    marks: list[MarkTime] = Field([], description="of SSML, once the audio is there")
    words: list[WordTimeResponse] | None = Field(
        None, description="when each is heard, where the request asked for timestamps"
    )
    provenance: ProvenanceResponse | None = Field(
        None, description="by what finished audio says that it was generated"
    )
    callback: CallbackResponse | None = Field(
        None, description="in the answer about one job that has a callback_url"
    )


class WebhookSecretResponse(BaseModel):
    """What a receiver checks the signatures of calls with."""

    secret: str = Field(
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        description="as the libraries of Standard Webhooks take it",
    )


class JobListResponse(BaseModel):
    """A page of jobs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [], "count": 0}]})

    jobs: list[JobResponse]
    count: int = Field(description="jobs on this page")
    next: str | None = Field(None, description="`before` of the next page; null on the last")


class DeletedResponse(BaseModel):
    """What was deleted, in words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"success": True, "message": "The audio is deleted."}]}
    )

    success: bool = True
    message: str


class ProblemResponse(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:phonex:problem:voice-not-found",
                    "title": "There is no such voice",
                    "status": 404,
                    "detail": "No voice has the id 'nobody'.",
                    "request_id": "4f1c2d9e8a7b4c3d",
                }
            ]
        },
    )

    type: str
    title: str = Field(description="the type in words")
    status: int
    detail: str = Field(description="what is wrong here, for people")
    request_id: str = Field(description="also in X-Request-ID; leads to the cause in the log")
    retry_after_s: int | None = Field(None, description="where trying again can help")
