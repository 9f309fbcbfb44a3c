"""`client.py`, to be awaited."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, TypeAlias, Unpack

from phonex_client import answers, calls
from phonex_client.answering import failure_of
from phonex_client.async_client_batches import AsyncBatchMethods
from phonex_client.calls import Manner
from phonex_client.errors import PhonexError
from phonex_client.retries import ONCE
from phonex_client.saving import beside
from phonex_client.streams import AsyncAudioStream
from phonex_client.uploads import Recording
from phonex_client.waiting import Waiting

OnProgress: TypeAlias = Callable[[answers.Job], Awaitable[object] | object]


class AsyncClient(AsyncBatchMethods):
    """Talks to a running Phonex. For one event loop of asyncio.

    Every method may raise a `PhonexError`: a `ProblemError` of the problem's own class where the
    service refuses, `ServiceUnreachable`, `ConnectionLost` or `UnexpectedAnswer`.
    """

    async def speak(
        self,
        text: str,
        *,
        voice: str | None = None,
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
        **how: Unpack[Manner],
    ) -> answers.Speech:
        """Speak a text, and wait for its file. Who interrupts it cancels the job.

        Args:
            voice: id or name of a registered voice; a base speaker speaks where None.
            on_progress: called with the job as it stands, about once a second; awaited where it
                can be.
            timeout_s: how long to wait; for ever where None.

        Raises:
            WaitTimeout: it has not ended by then.
        """
        accepted = await self.submit(text, voice=voice, idempotency_key=idempotency_key, **how)
        return await self._fetch(accepted, on_progress, timeout_s)

    async def clone(
        self,
        text: str,
        sample: Recording,
        *,
        consent: bool = False,
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
        **how: Unpack[Manner],
    ) -> answers.Speech:
        """The same with the voice of a recording, which is not kept.

        Args:
            consent: states that the speaker of the recording consents.
        """
        call = await asyncio.to_thread(
            calls.submit_clone, text, sample, how, idempotency_key, consent=consent
        )
        return await self._fetch(await self._send(call), on_progress, timeout_s)

    async def submit(
        self,
        text: str,
        *,
        voice: str | None = None,
        idempotency_key: str | None = None,
        **how: Unpack[Manner],
    ) -> answers.Accepted:
        """Have a text spoken, and do not wait: see `wait`, `audio`, `follow`."""
        return await self._send(calls.submit(text, voice, how, idempotency_key))

    async def stream(
        self,
        text: str,
        *,
        voice: str | None = None,
        keep: bool = False,
        idempotency_key: str | None = None,
        **how: Unpack[Manner],
    ) -> AsyncAudioStream:
        """Speak a text, and hear it while it is made. Returns with the first sound.

        Args:
            keep: make all of it even if nobody listens any more.
        """
        call = calls.stream(text, voice, how, idempotency_key, keep=keep)
        return await self._stream(call, calls.stream_from)

    async def follow(self, audio_id: str) -> AsyncAudioStream:
        """Hear any job from its first byte on, whether it runs or has ended."""
        return await self._stream(calls.stream_from(audio_id, 0), calls.stream_from)

    async def wait(
        self,
        audio_id: str,
        *,
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
    ) -> answers.Job:
        """Wait until a job is completed.

        Args:
            on_progress: called with the job as it stands, about once a second; awaited where it
                can be.
            timeout_s: how long to wait; for ever where None.

        Raises:
            ProblemError: it failed, as the problem's own class; AudioCancelled: it was cancelled.
            WaitTimeout: it has not ended by then.
        """
        waiting = Waiting(audio_id, timeout_s, self._timeout_s, told=on_progress is not None)
        while True:
            job = await self.job(audio_id, wait_s=waiting.look_s())
            if on_progress:
                told = on_progress(job)
                if inspect.isawaitable(told):
                    await told
            if job.status == "completed":
                return job
            if job.ended:
                raise failure_of(job)

    async def job(self, audio_id: str, *, wait_s: float = 0.0) -> answers.Job:
        """Where a job stands, at once or as soon as it has ended, `wait_s` at most."""
        return await self._send(calls.job(audio_id, wait_s))

    async def jobs(
        self,
        *,
        state: answers.JobState | None = None,
        kind: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> answers.JobPage:
        """Your jobs, the newest first; `before` takes the `next` of the page before."""
        return await self._send(calls.jobs(state, kind, before, limit))

    async def audio(self, audio_id: str) -> bytes:
        """The file of a job that is completed."""
        return await self._send(calls.audio(audio_id))

    async def download(self, audio_id: str, path: str | os.PathLike[str]) -> None:
        """The same into a file, which is there once it is whole."""
        with beside(path) as part:
            stream = await self._stream(calls.file_from(audio_id, 0), calls.file_from, audio_id)
            await stream.save(part)

    async def delete_audio(self, audio_id: str) -> str:
        """Remove finished audio, or cancel the job that makes it; what was done, in words."""
        return (await self._send(calls.delete_audio(audio_id))).message

    async def captions(
        self, audio_id: str, form: Literal["vtt", "srt", "json"] = "vtt", *, words: bool = False
    ) -> bytes:
        """Captions of finished audio, as a file.

        Args:
            words: of `vtt`, with the time of each word inside its line.
        """
        return await self._send(calls.captions(audio_id, form, words=words))

    async def quality(self, audio_id: str) -> answers.AudioQuality:
        """What was heard in finished audio."""
        return await self._send(calls.quality(audio_id))

    async def read(
        self,
        text: str,
        *,
        language: str | None = None,
        speaker: str | None = None,
        input_type: Literal["text", "ssml"] | None = None,
    ) -> answers.Reading:
        """How a text will be said, word by word. Nothing is spoken."""
        return await self._send(calls.read(text, language, speaker, input_type))

    async def verify(self, recording: Recording) -> answers.Verification:
        """Whether a recording is speech of this service."""
        return await self._send(await asyncio.to_thread(calls.verify, recording))

    async def register_voice(
        self,
        name: str,
        samples: Recording | Sequence[Recording],
        *,
        consent: bool = False,
        consent_speaker: str = "",
        consent_words: str = "",
        consent_language: str = "",
        consent_recording: Recording | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Voice:
        """Learn a voice from one or more recordings.

        Args:
            consent: states that the speaker consents; `consent_…` tell of it.
        """
        call = await asyncio.to_thread(
            calls.register_voice,
            name,
            calls.several(samples),
            idempotency_key,
            consent=consent,
            consent_speaker=consent_speaker,
            consent_words=consent_words,
            consent_language=consent_language,
            consent_recording=consent_recording,
        )
        return await self._send(call)

    async def voices(self) -> tuple[answers.Voice, ...]:
        """All registered voices, the newest last."""
        return (await self._send(calls.voices())).items

    async def voice(self, name: str) -> answers.Voice:
        """One voice, by its id or any spelling of its name."""
        return await self._send(calls.voice(name))

    async def delete_voice(self, name: str) -> str:
        """Forget a voice; what was done, in words."""
        return (await self._send(calls.delete_voice(name))).message

    async def deleted_voices(self) -> tuple[answers.DeletedVoice, ...]:
        """What is left of deleted voices, the last deleted first."""
        return (await self._send(calls.deleted_voices())).items

    async def export_voice(self, name: str) -> bytes:
        """A voice as one file. Whoever has it and the engine can speak with the voice."""
        return await self._send(calls.export_voice(name))

    async def import_voice(
        self,
        file: Recording,
        name: str = "",
        *,
        consent: bool = False,
        idempotency_key: str | None = None,
    ) -> answers.Voice:
        """Bring in a voice that was exported; by its own name where none is given."""
        call = await asyncio.to_thread(
            calls.import_voice, file, name, idempotency_key, consent=consent
        )
        return await self._send(call)

    async def speakers(self) -> dict[str, tuple[str, ...]]:
        """The base speakers by language, the first of each its own."""
        return (await self._send(calls.speakers())).speakers

    async def phones(self, language: str) -> answers.Phones:
        """What the pronunciations of one language are written with."""
        return await self._send(calls.phones(language))

    async def health(self) -> answers.Health:
        """What runs, and what is queued."""
        return await self._send(calls.health())

    async def _fetch(
        self,
        accepted: answers.Accepted,
        on_progress: OnProgress | None,
        timeout_s: float | None,
    ) -> answers.Speech:
        try:
            job = await self.wait(accepted.audio_id, on_progress=on_progress, timeout_s=timeout_s)
            return answers.Speech(job, await self.audio(job.audio_id))
        except BaseException as error:
            if not isinstance(error, Exception):  # it was cancelled: nobody knows the job
                with contextlib.suppress(PhonexError):
                    await asyncio.shield(self._send(calls.delete_audio(accepted.audio_id), ONCE))
            raise
