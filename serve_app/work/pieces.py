"""Finished pieces of long jobs, kept while the job runs, so that it need not begin again.

They are an optimisation: what cannot be kept or read is computed again. Samples are kept as they
are, so that a job that went on has the bytes of one that was never disturbed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from deployments.pipeline import TEXT_TO_SPEECH, TONE_CONVERSION
from engines.base import EngineInfo, Waveform
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
        self._wanted = job.pieces_total >= MIN_PIECES
        self._engines = engines
        self._stages = (TEXT_TO_SPEECH,) if job.kind == "tts" else (TEXT_TO_SPEECH, TONE_CONVERSION)
        self._blobs = blobs
        self._threads = threads
        self._min_free_bytes = min_free_bytes
        self._unwritten: dict[int, Waveform] = {}
        self._written_at = time.monotonic()
        self._throttle = Throttle(logger)
        self._writes = 0

    async def load(self) -> dict[int, Waveform]:
        """What earlier runs have left, by its index among the job's pieces."""
        if not self._wanted:
            return {}
        try:
            keys = await self._threads.io(_keys, self._blobs, self._job.id)
            if not keys:
                return {}
            while not self._known():  # noqa: ASYNC110  another process makes it true
                await asyncio.sleep(LOOK_S)  # the stages are starting: the rest waits for them, too
            return await self._threads.io(_load, self._blobs, keys, self._maker())
        except StoreError as error:
            self._throttle.warn("could not read the finished pieces of a job", error)
            return {}

    async def add(self, index: int, piece: Waveform) -> None:
        """Keep a piece: now and then, what has gathered is written."""
        if not self._wanted:
            return
        self._unwritten[index] = piece
        if time.monotonic() - self._written_at >= PERIOD_S:
            await self.write()

    async def write(self) -> None:
        gathered, self._unwritten = self._unwritten, {}
        self._written_at = time.monotonic()
        if not gathered:
            return
        self._writes += 1
        key = f"{_prefix(self._job.id)}{(self._job.lease or '')[:8]}-{self._writes}"
        try:
            await self._threads.io(self._write, key, gathered)
        except StoreError as error:
            self._wanted = False  # a full disk has better uses
            self._throttle.warn("could not keep the finished pieces of a job", error)

    def _write(self, key: str, pieces: Mapping[int, Waveform]) -> None:
        free = self._blobs.free_bytes()
        if free is None or free >= self._min_free_bytes:
            self._blobs.put(key, _to_bytes(pieces, self._maker()))

    def _known(self) -> bool:
        return all(stage in self._engines for stage in self._stages)

    def _maker(self) -> str:
        """What another run must share for its pieces to be the same."""
        used = [self._engines[stage] for stage in self._stages if stage in self._engines]
        return json.dumps([[one.name, one.version, one.backend, one.device] for one in used])


def forget_pieces(blobs: Blobs, job_id: str) -> None:
    """Remove what was kept of a job that has ended. Blocks."""
    for key in _keys(blobs, job_id):
        blobs.delete(key)


def job_of(key: str) -> str:
    """The id of the job whose pieces these are."""
    return key.removeprefix(PREFIX).partition(".")[0]


def _prefix(job_id: str) -> str:
    return f"{PREFIX}{job_id}."


def _to_bytes(pieces: Mapping[int, Waveform], maker: str) -> bytes:
    tensors = {str(index): np.ascontiguousarray(one.samples) for index, one in pieces.items()}
    about = {index: [one.sample_rate, list(one.warnings)] for index, one in pieces.items()}
    metadata = {"maker": maker, "pieces": json.dumps(about)}
    return safetensors.numpy.save(tensors, metadata=metadata)


def _keys(blobs: Blobs, job_id: str) -> list[str]:
    return [blob.key for blob in blobs.list(_prefix(job_id))]


def _load(blobs: Blobs, keys: Sequence[str], maker: str) -> dict[int, Waveform]:
    found: dict[int, Waveform] = {}
    for key in keys:
        try:
            found |= _from_bytes(blobs.read(key), maker)
        except BlobNotFound:
            continue
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read: %s", key, error)
    return found


def _from_bytes(data: bytes, maker: str) -> dict[int, Waveform]:
    tensors = safetensors.numpy.load(data)
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    metadata = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])["__metadata__"]
    if metadata["maker"] != maker:
        return {}
    return {
        int(index): Waveform(tensors[index], rate, tuple(warnings))
        for index, (rate, warnings) in json.loads(metadata["pieces"]).items()
    }
