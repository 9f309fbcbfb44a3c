"""Finished pieces of long jobs and of streams, kept while the job runs, so that it need not begin
again, and so that another replica can let its listeners hear them.

They are an optimisation: what cannot be kept or read is computed again. Samples are kept as they
are, so that a job that went on has the bytes of one that was never disturbed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines.base import EngineInfo, Waveform
from engines.reading.timing import WordTime
from serve_app.store.blobs import Blobs
from serve_app.store.errors import BlobNotFound, StoreError
from serve_app.store.values import Job
from serve_app.threads import Threads
from telemetry.logs import Throttle

logger = logging.getLogger(__name__)

PREFIX = "pieces/"
MIN_PIECES = 8  # a shorter job is done again before it is read
PERIOD_S = 5.0  # between two writes of one job
LOOK_S = 0.1  # for the stages
FOLLOWED_S = 1.0  # between two looks for a listener elsewhere
FOLLOWED = "followed"  # the end of a key that says: a listener in another replica waits
LEFT_OUT_RATE = 0  # Hz, of a piece that the engine found nothing to say in
LENGTH_BYTES = 8  # safetensors: the header's length, the header as JSON, the tensors

Engines = Mapping[str, EngineInfo]


class Pieces:
    """What one run of one job has finished.

    Args:
        engines: by which the pieces are spoken; those of others are not taken up.
        min_free_bytes: room in the store below which nothing is kept.
    """

    def __init__(
        self, job: Job, engines: Engines, blobs: Blobs, threads: Threads, min_free_bytes: int
    ) -> None:
        self._job = job
        self._wanted = keeps_pieces(job)
        self._engines = engines
        self._stages = stages_of(job)
        self._blobs = blobs
        self._threads = threads
        self._min_free_bytes = min_free_bytes
        self._unwritten: dict[int, Waveform | str] = {}
        self._read: set[str] = set()  # keys
        self._written_at = time.monotonic()
        self._broken = False
        self._throttle = Throttle(logger)
        self._writes = 0

    async def load(self) -> dict[int, Waveform | str]:
        """What other runs have left since the last call, by its index among the job's pieces: its
        audio, or why it was left out."""
        if not self._wanted:
            return {}
        try:
            keys = await self._threads.io(_keys, self._blobs, self._job.id)
            keys = [key for key in keys if key not in self._read]
            self._read.update(keys)
            if not keys:
                return {}
            while not self._known():  # noqa: ASYNC110  another process makes it true
                await asyncio.sleep(LOOK_S)  # the stages are starting: the rest waits for them, too
            return await self._threads.io(_load, self._blobs, keys, self._maker())
        except StoreError as error:
            self._throttle.warn("could not read the finished pieces of a job", error)
            return {}

    def add(self, index: int, piece: Waveform | str) -> None:
        """A piece that is done, or why it was left out. It is kept with the next `write`."""
        self._unwritten[index] = piece

    async def write_when_due(self) -> None:
        """Keep what has gathered, now and then."""
        if self._wanted and time.monotonic() - self._written_at >= PERIOD_S:
            await self.write()

    async def write_for_the_next(self) -> None:
        """Keep what has gathered, as this run ends here."""
        if self._wanted:
            await self.write()

    async def write(self) -> None:
        """Keep what has gathered, whatever the job: somebody is about to hear it."""
        gathered, self._unwritten = self._unwritten, {}
        self._written_at = time.monotonic()
        if not gathered or self._broken:
            return
        self._writes += 1
        key = f"{_prefix(self._job.id)}{(self._job.lease or '')[:8]}-{self._writes}"
        try:
            await self._threads.io(self._write, key, gathered)
        except StoreError as error:
            self._wanted, self._broken = False, True  # a full disk has better uses
            self._throttle.warn("could not keep the finished pieces of a job", error)

    async def follow(self) -> None:
        """Tell the replica that runs the job that somebody listens to it here."""
        await self._threads.io(self._blobs.put, _prefix(self._job.id) + FOLLOWED, b"")

    async def until_followed(self) -> None:
        """Wait until another replica says that somebody listens to the job there."""
        while not await self._is_followed():  # noqa: ASYNC110  another process makes it true
            await asyncio.sleep(FOLLOWED_S)

    async def _is_followed(self) -> bool:
        return await self._threads.io(is_followed, self._blobs, self._job.id)

    def _write(self, key: str, pieces: Mapping[int, Waveform | str]) -> None:
        free = self._blobs.free_bytes()
        if free is None or free >= self._min_free_bytes:
            self._blobs.put(key, _to_bytes(pieces, self._maker()))

    def _known(self) -> bool:
        return all(stage in self._engines for stage in self._stages)

    def _maker(self) -> str:
        """What another run must share for its pieces to be the same."""
        used = [self._engines[stage] for stage in self._stages if stage in self._engines]
        return json.dumps([[one.name, one.version, one.backend, one.device] for one in used])


def stages_of(job: Job) -> tuple[str, ...]:
    """The stages that each piece of a job goes through."""
    return (TEXT_TO_SPEECH,) if job.kind == "tts" else (TEXT_TO_SPEECH, TONE_CONVERSION)


def keeps_pieces(job: Job) -> bool:
    """Whether the pieces of a job are kept from the start."""
    return job.pieces_total >= MIN_PIECES or bool(job.request.get("stream"))


def is_followed(blobs: Blobs, job_id: str) -> bool:
    """Whether a replica that does not run a job has said that somebody listens to it. Blocks."""
    try:
        blobs.size(_prefix(job_id) + FOLLOWED)
    except StoreError:
        return False
    return True


def forget_pieces(blobs: Blobs, job_id: str) -> None:
    """Remove what was kept of a job that has ended. Blocks."""
    for blob in list(blobs.list(_prefix(job_id))):
        blobs.delete(blob.key)


def job_of(key: str) -> str:
    """The id of the job whose pieces these are."""
    return key.removeprefix(PREFIX).partition(".")[0]


def _prefix(job_id: str) -> str:
    return f"{PREFIX}{job_id}."


def _to_bytes(pieces: Mapping[int, Waveform | str], maker: str) -> bytes:
    waves = {index: _as_waveform(one) for index, one in pieces.items()}
    tensors = {str(index): np.ascontiguousarray(one.samples) for index, one in waves.items()}
    about = {index: [one.sample_rate, list(one.warnings)] for index, one in waves.items()}
    # Apart from the rest, of which older releases know the form.
    words = {index: [astuple(word) for word in one.words] for index, one in waves.items()}
    metadata = {"maker": maker, "pieces": json.dumps(about), "words": json.dumps(words)}
    return safetensors.numpy.save(tensors, metadata=metadata)


def _keys(blobs: Blobs, job_id: str) -> list[str]:
    return [blob.key for blob in blobs.list(_prefix(job_id)) if not blob.key.endswith(FOLLOWED)]


def _as_waveform(piece: Waveform | str) -> Waveform:
    if isinstance(piece, Waveform):
        return piece
    return Waveform(np.zeros(0, np.float32), LEFT_OUT_RATE, (piece,))


def _as_voiced(wave: Waveform) -> Waveform | str:
    return wave.warnings[0] if wave.sample_rate == LEFT_OUT_RATE else wave


def _load(blobs: Blobs, keys: Sequence[str], maker: str) -> dict[int, Waveform | str]:
    found: dict[int, Waveform | str] = {}
    for key in keys:
        try:
            found |= _from_bytes(blobs.read(key), maker)
        except BlobNotFound:
            continue
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read: %s", key, error)
    return found


def _from_bytes(data: bytes, maker: str) -> dict[int, Waveform | str]:
    tensors = safetensors.numpy.load(data)
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    metadata = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])["__metadata__"]
    if metadata["maker"] != maker:
        return {}
    words = json.loads(metadata.get("words", "{}"))
    return {
        int(index): _as_voiced(
            Waveform(
                tensors[index],
                rate,
                tuple(warnings),
                tuple(WordTime(*word) for word in words.get(index, ())),
            )
        )
        for index, (rate, warnings) in json.loads(metadata["pieces"]).items()
    }
