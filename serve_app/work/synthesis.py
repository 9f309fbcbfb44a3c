"""One job, read top to bottom: text, pieces, base audio, conversion, file."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from deployments.concurrency import gather_all, to_the_end
from deployments.pipeline import Pipeline
from engines.audio.encode import FORMATS, encode
from engines.base import Samples, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineUnavailable, UnspeakableText
from serve_app.store.blobs import Blobs
from serve_app.store.embeddings import embedding_from_bytes
from serve_app.store.values import AudioFile, Job
from serve_app.threads import Threads
from serve_app.work.orders import SpeechOrder, capped
from serve_app.work.pieces import Pieces

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Speech:
    """What a job ended with."""

    audio: AudioFile
    warnings: list[str]


async def speak(
    job: Job,
    pipeline: Pipeline,
    blobs: Blobs,
    threads: Threads,
    progress: Progress,
    min_free_bytes: int = 0,
) -> Speech:
    """Make a job's audio and store it. All pieces are in flight at once; the dispatcher shares
    the stages among jobs. What an earlier run has finished is taken up.

    Raises:
        EngineError: where the job cannot or could not be done.
        StoreError: where the audio could not be stored.
    """
    order = SpeechOrder.from_request(job.request)
    embedding = _embedding_of(order)
    pieces = order.pieces()
    keeper = Pieces(job, pipeline.engines, blobs, threads, min_free_bytes)
    kept = await keeper.load()
    done = len(kept)

    async def voice(index: int, text: str) -> Waveform | str:
        nonlocal done
        if index in kept:
            return kept[index]
        spoken = await _voice_piece(job, order, index, text, embedding, pipeline)
        done += 1
        await progress(done, len(pieces))
        if isinstance(spoken, Waveform):
            await keeper.add(index, spoken)
        return spoken

    try:
        voiced = await gather_all(voice(index, text) for index, text in enumerate(pieces))
    except (asyncio.CancelledError, EngineUnavailable):
        await to_the_end(keeper.write())  # for the next run
        raise
    if not any(isinstance(piece, Waveform) for piece in voiced):
        raise UnspeakableText("Nothing in the text can be said in this language.")
    audio, data = await threads.compute(job.owner, _render, job, order, voiced)
    await _store(audio.blob_key, data, blobs, threads)
    return Speech(audio, capped(_warnings(order, voiced)))


def _warnings(order: SpeechOrder, voiced: Sequence[Waveform | str]) -> Iterator[str]:
    yield from order.warnings
    for piece in voiced:
        yield from (piece,) if isinstance(piece, str) else piece.warnings


async def _store(key: str, data: bytes, blobs: Blobs, threads: Threads) -> None:
    try:
        await to_the_end(threads.io(blobs.put, key, data))
    except asyncio.CancelledError:
        await threads.io(blobs.delete, key)  # no record will ever name it
        raise


async def _voice_piece(
    job: Job,
    order: SpeechOrder,
    index: int,
    text: str,
    embedding: VoiceEmbedding | None,
    pipeline: Pipeline,
) -> Waveform | str:
    """One piece's audio, or a warning where the engine finds nothing to say in it."""
    utterance = Utterance(
        text,
        order.language,
        order.speaker,
        order.speed,
        order.pitch,
        _seed(order.seed, index),
        order.spoken_in(text),
    )
    cost = order.cost_of(text)
    try:
        if embedding is None:
            return await pipeline.synthesize(utterance, cost, job.id, job.owner)
        return await pipeline.clone(utterance, embedding, cost, job.id, job.owner)
    except UnspeakableText as error:
        return f"Piece {index + 1} was left out: {error.message}"


def _render(
    job: Job, order: SpeechOrder, voiced: Sequence[Waveform | str]
) -> tuple[AudioFile, bytes]:
    """Join the pieces and the pauses in order and encode them. Blocks."""
    rate = next(piece.sample_rate for piece in voiced if isinstance(piece, Waveform))
    whole = Waveform(np.concatenate(list(_joined(order, voiced, rate))), rate)
    data = encode(whole, order.format)
    audio_format = FORMATS[order.format]
    # Each lease writes a name of its own: a runner that lost its lease must not touch the winner's.
    key = f"audio/{job.id}.{(job.lease or '')[:8]}{audio_format.extension}"
    audio = AudioFile(
        blob_key=key,
        format=order.format,
        media_type=audio_format.media_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        seconds=whole.seconds,
        sample_rate=rate,
    )
    return audio, data


def _joined(order: SpeechOrder, voiced: Sequence[Waveform | str], rate: int) -> Iterator[Samples]:
    pieces = iter(voiced)
    for part in order.parts:
        if not isinstance(part, str):
            yield np.zeros(round(part * rate), np.float32)
        elif isinstance(piece := next(pieces), Waveform):
            yield piece.samples


def _embedding_of(order: SpeechOrder) -> VoiceEmbedding | None:
    if order.embedding is None:
        return None
    return embedding_from_bytes(base64.b64decode(order.embedding))


def _seed(seed: int, index: int) -> int:
    """A seed of its own for each piece: the same whatever batch it rides in."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1)[0])
