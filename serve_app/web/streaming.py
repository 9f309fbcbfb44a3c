"""Answers that are heard while they are made.

The status line goes out with the first audio: what fails before is an ordinary problem. What fails
after cuts the body off, so that no client takes it for the whole. A client that was cut off asks
`GET /audio/{id}?stream=true` with a Range and goes on where it was.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from engines.audio.encode import FORMATS, stream_start
from serve_app.errors import (
    AudioCancelled,
    AudioNotFound,
    RangeNotSatisfiable,
    ServiceStarting,
)
from serve_app.service import Service
from serve_app.store.blobs import Blobs
from serve_app.store.errors import BlobNotFound
from serve_app.store.values import AudioFile, Job
from serve_app.web.answers import own_failure_of
from serve_app.web.ranges import ByteRange, parse_range
from serve_app.work.streams import Listener

AUDIO_ID_HEADER = "X-Audio-Id"
STOPPED_S = 5  # until a service that was stopped may be there again
VERY_LARGE = 2**53 - 1  # the length of what is still made, for a Range (RFC 8673): JavaScript's

STREAM_HEADERS = {
    AUDIO_ID_HEADER: {
        "schema": {"type": "string"},
        "description": "of a stream: its audio, under which it can be asked for again",
    }
}


STREAM = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Accel-Buffering": "no",  # nginx would hold it back
}


class CutOffError(Exception):
    """A stream ended before its audio did. The server closes the connection."""


async def stream_job(service: Service, job: Job, request: Request) -> Response:
    """A job's audio as it is made, from the byte that the request asks for.

    Raises:
        AudioFailed, AudioCancelled, AudioNotFound: before there was any audio.
        RangeNotSatisfiable: the stream has ended before that byte.
    """
    etag = f'"{job.id}"'
    total = _total(job)
    wanted = None
    if request.method == "GET":
        asked, if_range = (request.headers.getlist(name) for name in ("range", "if-range"))
        wanted = parse_range(asked, if_range, etag, total or VERY_LARGE)
    if wanted and total is None and (wanted.start, wanted.end) == (0, VERY_LARGE):
        wanted = None  # all of it, as browsers ask; they play no part of what has no length
    start = wanted.start if wanted else 0
    end = wanted.end if wanted and wanted.end < (total or VERY_LARGE) else None
    begun = await begin(service, job, start, end)
    headers = STREAM | {AUDIO_ID_HEADER: job.id, "ETag": etag, "Accept-Ranges": "bytes"}
    if wanted:
        last = (total or VERY_LARGE) if end is None else end
        headers["Content-Range"] = f"bytes {start}-{last - 1}/{total or '*'}"
    status = 206 if wanted else 200
    return StreamingResponse(begun.chunks(), status, headers, media_type=begun.media_type)


@dataclass(frozen=True, slots=True)
class Begun:
    """A stream whose first bytes are there.

    `chunks` must be read or closed: until then the listener counts as one.
    """

    listener: Listener
    _first: bytes
    _rest: AsyncGenerator[bytes]

    @property
    def media_type(self) -> str:
        audio_format = FORMATS[self.listener.job.request["format"]]
        return audio_format.media_type_at(self.listener.sample_rate)

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The bytes as they are made. Raises `CutOffError` where they end too early."""
        async with aclosing(self._rest):
            yield self._first
            async for chunk in self._rest:
                yield chunk


async def begin(service: Service, job: Job, start: int = 0, end: int | None = None) -> Begun:
    """Wait for the first bytes of a job's stream.

    Args:
        start, end: bytes of the stream; to its end where None.
    Raises:
        AudioFailed, AudioCancelled, AudioNotFound, RangeNotSatisfiable: there will be none.
        ServiceStarting: none any more by this replica, which stops.
    """
    listener = service.streams.listen(job, start)
    body = _body(listener, start, end)
    try:
        first = await anext(body, b"")
        if not first:
            _raise_end(listener, start)
    except BaseException:
        await body.aclose()
        raise
    return Begun(listener, first, body)


async def _body(listener: Listener, start: int, end: int | None) -> AsyncGenerator[bytes]:
    position = start
    try:
        async with aclosing(listener.chunks()) as chunks:
            async for chunk in chunks:
                part = chunk if end is None else chunk[: end - position]
                position += len(part)
                if part:
                    yield part
                if end is not None and position >= end:
                    listener.satisfied = True
                    return
        if not listener.complete and position > start:
            raise CutOffError(listener.job.id)
    finally:
        listener.close()


def _raise_end(listener: Listener, start: int) -> None:
    """Why there is nothing to hear."""
    job = listener.job
    if job.state == "failed":
        raise own_failure_of(job)
    if job.state == "cancelled":
        raise AudioCancelled("The job was cancelled; there will be no audio.", audio_id=job.id)
    if listener.stopped:
        raise ServiceStarting(
            "The service was stopped. The job is kept and goes on.", retry_after_s=STOPPED_S
        )
    if start:
        raise RangeNotSatisfiable(f"The stream ends before byte {start}.")
    raise AudioNotFound("The audio is gone.")


def _total(job: Job) -> int | None:
    """Bytes of the stream, where the job has ended."""
    if job.audio is None:
        return None
    begin = stream_start(job.audio.format, job.audio.sample_rate)
    return job.audio.size_bytes - begin.skip + len(begin.prefix)


async def send_file(
    service: Service, audio: AudioFile, span: ByteRange, status: int, headers: Mapping[str, str]
) -> Response:
    """Bytes of a finished file. The first chunk is read before the answer starts: a missing file is
    still a 404 then. What it holds whole goes out as one message, since each takes its turn on the
    way to the proxy.

    Raises:
        AudioNotFound
    """
    try:
        first, rest = await service.threads.io(_open, service.blobs, audio.blob_key, span)
    except BlobNotFound:
        raise AudioNotFound("The audio file is gone.") from None

    if len(first) == span.end - span.start:
        return Response(first, status, headers, audio.media_type)

    def chunks() -> Iterator[bytes]:
        yield first
        yield from rest

    return StreamingResponse(chunks(), status, headers, audio.media_type)


def _open(blobs: Blobs, key: str, span: ByteRange) -> tuple[bytes, Iterator[bytes]]:
    chunks = iter(blobs.stream(key, span.start, span.end))
    return next(chunks, b""), chunks
