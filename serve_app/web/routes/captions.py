"""GET /audio/{id}/captions.vtt, .srt and .json: what is heard, to be read along."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from serve_app.errors import CaptionsNotFound
from serve_app.store.values import Job
from serve_app.web.caption_files import to_srt, to_vtt
from serve_app.web.caption_schemas import CaptionResponse, CaptionsResponse, heard_view
from serve_app.web.captions import Caption, Layout, caption
from serve_app.web.conditions import is_not_modified
from serve_app.web.routes.audio import audio_of
from serve_app.web.routes.common import (
    ETAG,
    AudioId,
    OwnerDep,
    ServiceDep,
    Wait,
    parse_audio_id,
    problems,
    wait_for_job,
)
from serve_app.web.urls import UrlRoute
from serve_app.work.word_times import HeardText

router = APIRouter(prefix="/audio", tags=["captions"], route_class=UrlRoute)

VTT, SRT, JSON = "text/vtt", "application/x-subrip", "application/json"
LINE_HELP = "characters of a line; in Chinese, Japanese and Korean full-width ones"
SPEED_HELP = "how fast they can be read, in characters a second: a caption stays as long as it may"

Write = Callable[[Job, HeardText, list[Caption]], str]


class Asked:
    """Whose captions, and how they are to be cut; by the language where nothing is said."""

    def __init__(
        self,
        audio_id: AudioId,
        request: Request,
        service: ServiceDep,
        owner: OwnerDep,
        wait: Wait = 0.0,
        line_chars: Annotated[int | None, Query(ge=8, le=200, description=LINE_HELP)] = None,
        lines: Annotated[int | None, Query(ge=1, le=4, description="of one caption")] = None,
        chars_per_second: Annotated[
            float | None, Query(ge=1, le=100, allow_inf_nan=False, description=SPEED_HELP)
        ] = None,
    ) -> None:
        self._audio_id = audio_id
        self._request = request
        self._service = service
        self._owner = owner
        self._wait = wait
        self._line_chars = line_chars
        self._lines = lines
        self._chars_per_second = chars_per_second

    async def answer(self, write: Write, media_type: str, extension: str) -> Response:
        """A file of captions.

        Raises:
            AudioNotFound, AudioNotReady, AudioFailed, AudioCancelled: as the audio itself.
            CaptionsNotFound: the job kept no word times.
        """
        service = self._service
        job_id = parse_audio_id(self._audio_id)
        found = await wait_for_job(service, self._owner, job_id, self._wait)
        audio = audio_of(found, self._audio_id)
        job = cast("Job", found)  # `audio_of` refuses what is none
        heard = await service.jobs.heard(job)
        if heard is None:
            raise CaptionsNotFound(
                "It was not kept when the words of this audio are heard: it was made by an earlier "
                "release, or with quality.word_times off.",
                audio_id=job.id,
            )
        usual = Layout.of(heard.language)
        layout = Layout(
            self._line_chars or usual.line_chars,
            self._lines or usual.lines,
            self._chars_per_second or usual.chars_per_second,
        )

        def written() -> bytes:
            return write(job, heard, caption(heard, audio.seconds, layout)).encode()

        data = await service.threads.compute(self._owner, written)
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",  # those of deleted audio must not live on
            "Content-Disposition": f'inline; filename="{job.id}.{extension}"',
            "X-Content-Type-Options": "nosniff",
        }
        if is_not_modified(self._request.headers, etag):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type=media_type)


AskedDep = Annotated[Asked, Depends()]


def _answers(media_type: str) -> dict[int | str, dict[str, Any]]:
    text = {media_type: {"schema": {"type": "string"}}}
    return {
        200: {"content": text, "description": "The captions", "headers": ETAG},
        304: {"description": "If-None-Match names the current ETag", "headers": ETAG},
        **problems(404, 409, 410, 412, 422),
    }


@router.get("/{audio_id}/captions.vtt", response_class=Response, responses=_answers(VTT))
async def get_captions_vtt(
    asked: AskedDep,
    words: Annotated[bool, Query(description="with the time of each word in its line")] = False,
) -> Response:
    """Captions of finished audio as WebVTT, which browsers show."""
    return await asked.answer(lambda _job, _heard, cut: to_vtt(cut, words=words), VTT, "vtt")


@router.get("/{audio_id}/captions.srt", response_class=Response, responses=_answers(SRT))
async def get_captions_srt(asked: AskedDep) -> Response:
    """Captions of finished audio as SubRip, which editors and players of video read."""
    return await asked.answer(lambda _job, _heard, cut: to_srt(cut), f"{SRT}; charset=utf-8", "srt")


@router.get(
    "/{audio_id}/captions.json",
    response_model=CaptionsResponse,
    responses={304: _answers(JSON)[304], **problems(404, 409, 410, 412, 422)},
)
async def get_captions_json(asked: AskedDep) -> Response:
    """Captions of finished audio, and when each word is heard, with its place in the text."""
    return await asked.answer(_to_json, JSON, "json")


def _to_json(job: Job, heard: HeardText, cut: list[Caption]) -> str:
    return CaptionsResponse(
        audio_id=job.id,
        language=heard.language,
        text=heard.text,
        seconds=round(job.audio.seconds, 3) if job.audio else 0.0,
        words=heard_view(heard),
        captions=[
            CaptionResponse(start=round(one.start, 3), end=round(one.end, 3), lines=one.text)
            for one in cut
        ],
    ).model_dump_json()
