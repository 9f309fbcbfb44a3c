"""Consents of speakers: what was said or recorded becomes evidence, which goes with the voice."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass, replace

from config.settings import LimitSettings
from serve_app.errors import ConsentNotFound
from serve_app.recordings import read_sample
from serve_app.store.records import Records
from serve_app.store.values import Consent, Evidence
from serve_app.threads import Threads

MIN_SPEECH_S = 1.0  # of a recorded consent: "Yes, I agree." is one


@dataclass(frozen=True, slots=True)
class Statement:
    """What whoever states a consent tells of it. What they do not tell is empty."""

    speaker: str = ""  # who agreed
    words: str = ""  # in which they did
    language: str = ""  # of the words, a BCP 47 tag
    recording: bytes = b""  # of the words, a file

    def __bool__(self) -> bool:
        return bool(self.speaker or self.words or self.language or self.recording)

    def parts(self) -> tuple[str | bytes, ...]:
        """What tells its request from another; nothing where it tells nothing."""
        return (self.speaker, self.words, self.language, self.recording) if self else ()


class Consents:
    """Takes consents down. A recording is listened to, hashed, and not kept."""

    def __init__(self, records: Records, threads: Threads, limits: LimitSettings) -> None:
        self._records = records
        self._threads = threads
        self._limits = limits

    async def take_down(self, owner: str, told: Statement) -> Evidence:
        """What is told, as evidence of now.

        Raises:
            AudioError: the recording cannot be read, or nobody speaks in it.
        """
        digest = ""
        if told.recording:
            brief = self._limits.model_copy(update={"min_speech_seconds": MIN_SPEECH_S})
            await read_sample(self._threads, owner, told.recording, brief)
            digest = hashlib.sha256(told.recording).hexdigest()
        return Evidence(
            stated_by=owner,
            stated_at=time.time(),
            speaker=told.speaker,
            words=told.words,
            language=told.language,
            recording_sha256=digest,
        )

    async def add(self, owner: str, told: Statement) -> Consent:
        """Keep a consent for voices to come. Raises what `take_down` does."""
        consent_id = f"cons_{uuid.uuid4().hex}"
        evidence = replace(await self.take_down(owner, told), consent_id=consent_id)
        consent = Consent(consent_id, owner, evidence)
        await self._threads.io(self._records.add_consent, consent)
        return consent

    async def get(self, consent_id: str, owner: str) -> Consent:
        """Raises ConsentNotFound where it is missing or someone else's."""
        found = await self._threads.io(self._records.get_consent, consent_id, owner)
        return _there(found, consent_id)

    async def list(self, owner: str, limit: int, after: str | None) -> list[Consent]:
        """A page, the newest first; `after` is the id of the last on the page before.

        Raises:
            ConsentNotFound: of `after`. Who deletes what a page shows would else take the next for
                the end.
        """
        found = await self._threads.io(self._records.list_consents, owner, limit, after)
        if after is not None and not found:
            await self.get(after, owner)
        return found

    async def rename(self, consent_id: str, speaker: str, owner: str) -> Consent:
        """Raises ConsentNotFound."""
        found = await self._threads.io(self._records.rename_consent, consent_id, speaker, owner)
        return _there(found, consent_id)

    async def delete(self, consent_id: str, owner: str) -> None:
        """Voices that were made with it keep its evidence. Raises ConsentNotFound."""
        if not await self._threads.io(self._records.delete_consent, consent_id, owner):
            _there(None, consent_id)


def _there(consent: Consent | None, consent_id: str) -> Consent:
    if consent is None:
        raise ConsentNotFound(f"No consent has the id {consent_id[:64]!r}.")
    return consent
