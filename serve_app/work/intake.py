"""Takes requests in: what each is asked before it is a job stands here, and nowhere else.

Was it here before? Is there room? May it? Then one commit, after which the job survives whatever
dies. Every face of the service comes in through here, with values and not with its own requests.
The proxy's door and the gate before a body is read ask the same rule, `check_room`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from config.settings import KeySettings, LimitSettings
from deployments.graph import EMBEDDING_EXTRACTION, TEXT_TO_SPEECH, TONE_CONVERSION
from serve_app.stages import Stages
from serve_app.store.batch_values import Place
from serve_app.store.values import Idempotency, Job, JobKind, NewJob, Quota
from serve_app.threads import Threads
from serve_app.voices import Voices
from serve_app.work.dialogue import Dialogues
from serve_app.work.jobs import Jobs
from serve_app.work.marks import Marks
from serve_app.work.orders import SpeechOrder, Words, write_order
from serve_app.work.scripts import check_length


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what kind of job."""

    kind: JobKind
    owner: str
    request_id: str
    repeat: Idempotency | None = None  # where the client gave its request a key
    callback_url: str | None = None  # who is told the job's end
    place: Place | None = None  # where the job is one of a batch


class Intake:
    """Turns what clients ask for into jobs."""

    def __init__(
        self,
        stages: Stages,
        voices: Voices,
        jobs: Jobs,
        threads: Threads,
        limits: LimitSettings,
        quotas: KeySettings,
        lexicon: Mapping[str, Mapping[str, str]],
        traceparent: Callable[[], str | None],
        marks: Marks,
    ) -> None:
        self._stages = stages
        self._voices = voices
        self._jobs = jobs
        self._threads = threads
        self._limits = limits
        self._quotas = quotas
        self._lexicon = lexicon  # the operator's pronunciations, by language
        self.dialogues = Dialogues(stages, voices, threads, limits, lexicon)
        self._traceparent = traceparent
        self._marks = marks

    def check_room(self, kind: JobKind, owner: str = "") -> None:
        """Refuse work that there is no room for, before anything is done for it: microseconds.

        Raises:
            QueueFull: with the time until there will be room.
            KeyConcurrencyExceeded, KeyRateExceeded: the owner was told so a moment ago.
        """
        self._jobs.admission.check(kind, owner)

    async def earlier(self, asked: Asked) -> Job | None:
        """The job that an earlier request with this key made, however full the queue is.

        Raises:
            QueueFull: it is new, and there is no room for it.
            IdempotencyConflict: the key stands for another request.
        """
        if asked.repeat is None:
            return None  # without a key, there was room when its body was about to be read
        found = await self._jobs.find_replay(asked.owner, asked.repeat)
        if found is None:
            self.check_room(asked.kind, asked.owner)
        return found

    async def speak(self, asked: Asked, words: Words) -> Job:
        """A job that speaks with a base speaker. Raises what `clone` does, but for its voice."""
        self._stages.require(TEXT_TO_SPEECH)
        order = await self._order(words, asked)
        if order.is_clone:  # SSML, in which a registered voice speaks, too
            asked = replace(asked, kind="clone")
        return await self._commit(asked, words, order)

    async def clone(self, asked: Asked, words: Words, voice_id: str) -> Job:
        """A job that speaks with a registered voice.

        Raises:
            ServiceStarting, QueueFull, StorageFull: try again later.
            VoiceNotFound, EmbeddingMismatch: of the voice.
            TextTooLong, UnspeakableText, InvalidSsml, UnknownLanguage, UnknownSpeaker,
                InvalidPronunciation, PronunciationsUnsupported: of the words.
            KeyConcurrencyExceeded, KeyRateExceeded: of the owner.
        """
        self._stages.require(TEXT_TO_SPEECH, TONE_CONVERSION)
        voice = await self._voices.get(voice_id, asked.owner)
        self._stages.check_voice(voice)
        embedding = await self._voices.embedding(voice)
        order = await self._order(words, asked)
        return await self._commit(
            asked, words, self._in_voice(order, words, embedding, voice.voice_id)
        )

    async def clone_sample(self, asked: Asked, words: Words, sample: bytes) -> Job:
        """A job that speaks with the voice of a recording, which is not kept.

        Raises:
            AudioError, EngineError: of the recording; and what `clone` raises.
        """
        self._stages.require(TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)
        order = await self._order(words, asked)  # who may not have the job is told before more
        learnt = await self._voices.learn([sample], asked.owner)
        embedding = learnt.to_bytes()
        return await self._commit(asked, words, self._in_voice(order, words, embedding))

    async def _order(self, words: Words, asked: Asked) -> SpeechOrder:
        check_length(words.text, self._limits)
        # To read a long text takes its time: an owner that may not have the job is told before.
        await self._jobs.check_quota(asked.owner, asked.kind, self._quota(asked.owner, words))
        if words.input_type == "ssml":
            return await self.dialogues.order(words, asked.owner)
        base = self._stages.catalog().resolve(words.language, words.speaker)
        rules = self._stages.text_rules()
        configured = self._lexicon.get(base.language, {})
        return await self._threads.brief(
            asked.owner, write_order, words, base, rules, configured, self._limits
        )

    def _in_voice(
        self, order: SpeechOrder, words: Words, embedding: bytes, voice_id: str | None = None
    ) -> SpeechOrder:
        """The order in a voice, spoken first by the base speaker nearest to it, unless the client
        named one."""

        def nearest(language: str) -> str | None:
            return self._stages.nearest_speaker(language, embedding)

        if self._stages.catalog().named(words.language, words.speaker) is None:
            order = replace(order, speaker=nearest(order.language) or order.speaker)
        if order.staging is not None:
            order = replace(order, staging=order.staging.with_nearest(nearest))
        return order.with_voice(voice_id, embedding)

    async def _commit(self, asked: Asked, words: Words, order: SpeechOrder) -> Job:
        new = NewJob(
            id=str(uuid.uuid4()),
            kind=asked.kind,
            owner=asked.owner,
            request=replace(order, traceparent=self._traceparent()).to_request(),
            cost=order.cost(),
            pieces_total=len(order.pieces()),
            request_id=asked.request_id,
            mark=self._marks.payload(order),
            callback_url=asked.callback_url,
        )
        quota = self._quota(asked.owner, words)
        return (await self._jobs.accept(new, asked.repeat, quota, asked.place)).job

    def _quota(self, owner: str, words: Words) -> Quota | None:
        """What a text counts for as it was sent, where keys are in use."""
        limits = (self._quotas.max_unfinished_jobs, self._quotas.max_chars_per_minute)
        return Quota(len(words.text), *limits) if owner else None
