"""Voices are learnt once, kept whole or not at all, and forgotten for good."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import LimitSettings
from engines.audio.encode import encode
from engines.base import VoiceEmbedding, Waveform
from engines.errors import EngineUnavailable, UnusableSpeech
from serve_app.errors import InvalidRequest, VoiceNotFound
from serve_app.fingerprint import fingerprint_of
from serve_app.store.blobs import Blobs
from serve_app.store.embeddings import embedding_from_bytes
from serve_app.store.errors import (
    IdempotencyConflict,
    StorageFull,
    StoreUnavailable,
    VoiceNameTaken,
)
from serve_app.store.records import Records
from serve_app.store.values import Idempotency, name_key
from serve_app.threads import Threads
from serve_app.voice_names import MAX_NAME_CHARS, RESERVED, check_name
from serve_app.voices import Voices
from telemetry.meter import Meter
from tests.engines.audio.signals import silence
from tests.serve_app.fakes import Failing, FakePipeline, deaf, recording, run

KEY = Idempotency("key", "/voice/register", "fingerprint")


@pytest.fixture
def threads() -> Iterator[Threads]:
    pools = Threads()
    yield pools
    pools.close()


def voices_of(
    records: Records, blobs: Blobs, threads: Threads, pipeline: FakePipeline | None = None
) -> Voices:
    stages = pipeline or FakePipeline()
    meter = Meter(export_to_ray=False)
    likeness, _ = deaf(threads)
    return Voices(records, blobs, stages, threads, LimitSettings(), meter, likeness)


def kept(blobs: Blobs) -> list[str]:
    return [blob.key for blob in blobs.list("voices/")]


@given(st.text(max_size=80))
def test_a_name_that_is_taken_is_safe_to_show_and_to_look_up(name: str) -> None:
    try:
        shown = check_name(name)
    except InvalidRequest:
        return
    assert 1 <= len(shown) <= MAX_NAME_CHARS
    assert check_name(shown) == shown
    assert shown[0].isalnum()
    assert shown == unicodedata.normalize("NFC", name).strip()
    for character in shown:
        assert character not in '/\\<>&"`$;:*?|\0'
        assert unicodedata.category(character)[0] not in "CZ" or character == " "
    assert name_key(shown)  # nobody's id is empty
    assert name_key(shown) not in RESERVED


@given(st.text("abcXYZ09 .-_'éñ王ъ", min_size=1, max_size=60).map(lambda tail: "A" + tail))
def test_ordinary_names_are_taken(name: str) -> None:
    assert check_name(f" {name} ") == unicodedata.normalize("NFC", name).strip()


@pytest.mark.parametrize("name", ["list", "List", " LIST ", "ｌｉｓｔ", "register", "REGISTER"])
def test_a_name_that_a_route_has_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="is taken"):
        check_name(name)


@pytest.mark.parametrize("name", ["listen", "my list", "list 2", "registers", "health", "tts"])
def test_a_name_near_a_routes_is_taken(name: str) -> None:
    assert check_name(name) == name


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_fingerprint_tells_requests_apart(one: list[str], other: list[str]) -> None:
    def fingerprint(parts: list[str]) -> str:
        return fingerprint_of(*(part.encode(errors="surrogatepass") for part in parts))

    assert (fingerprint(one) == fingerprint(other)) is (one == other)


def test_a_registered_voice_has_its_embedding_and_its_report(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        voices = voices_of(records, blobs, threads)
        added = await voices.register("", "John Doe", [recording()], None)
        assert added.voice.voice_id == "john_doe"
        assert added.voice.speech_seconds == pytest.approx(6, abs=1)
        assert (await voices.get("JOHN-DOE", "")).id == added.voice.id
        assert [voice.id for voice in await voices.list("")] == [added.voice.id]
        embedding = embedding_from_bytes(await voices.embedding(added.voice))
        assert embedding.engine == added.voice.engine
        assert kept(blobs) == [added.voice.blob_key]

    run(scenario())


def test_all_recordings_are_heard(records: Records, blobs: Blobs, threads: Threads) -> None:
    async def scenario() -> None:
        pipeline = FakePipeline()
        learnt = await voices_of(records, blobs, threads, pipeline).learn([recording()] * 2)
        assert len(learnt.quality) == 2
        assert learnt.speech_seconds == pytest.approx(12, abs=2)
        (segments,) = pipeline.embedded
        assert sum(segment.seconds for segment in segments) >= learnt.speech_seconds
        assert kept(blobs) == []  # learning keeps nothing

    run(scenario())


def test_a_key_registers_once_and_costs_no_second_learning(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        pipeline = FakePipeline()
        voices = voices_of(records, blobs, threads, pipeline)
        first = await voices.register("", "Ada", [recording()], KEY)
        again = await voices.register("", "Ada", [recording()], KEY)
        assert (first.replayed, again.replayed) == (False, True)
        assert again.voice == first.voice
        assert len(pipeline.embedded) == 1
        with pytest.raises(IdempotencyConflict):
            await voices.register(
                "", "Ada", [recording()], Idempotency("key", "/voice/register", "other")
            )

    run(scenario())


def test_a_taken_name_is_told_before_the_work(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        pipeline = FakePipeline()
        voices = voices_of(records, blobs, threads, pipeline)
        await voices.register("", "Ada", [recording()], None)
        with pytest.raises(VoiceNameTaken):
            await voices.register("", "ADA", [recording()], None)
        assert len(pipeline.embedded) == 1
        assert len(kept(blobs)) == 1
        await voices.register("another owner", "Ada", [recording()], None)

    run(scenario())


class NamedMeanwhile(FakePipeline):
    """While it learns a voice, another request registers one of the same name."""

    async def embed(
        self, segments: Sequence[Waveform], flow: str, owner: str = ""
    ) -> VoiceEmbedding:
        await self.other.register("", "Ada", [recording()], self.key)
        return await super().embed(segments, flow, owner)

    other: Voices
    key: Idempotency | None = None


@pytest.mark.parametrize("key", [None, KEY])
def test_of_two_registrations_at_once_one_wins_and_the_other_leaves_no_file(
    records: Records, blobs: Blobs, threads: Threads, key: Idempotency | None
) -> None:
    async def scenario() -> None:
        pipeline = NamedMeanwhile()
        pipeline.key = key
        pipeline.other = voices_of(records, blobs, threads)
        voices = voices_of(records, blobs, threads, pipeline)
        if key is None:
            with pytest.raises(VoiceNameTaken):
                await voices.register("", "Ada", [recording()], None)
        else:
            assert (await voices.register("", "Ada", [recording()], key)).replayed
        (voice,) = await voices.list("")
        assert kept(blobs) == [voice.blob_key]

    run(scenario())


def test_a_voice_that_cannot_be_learnt_leaves_nothing(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        pipeline = FakePipeline()
        voices = voices_of(records, blobs, threads, pipeline)
        with pytest.raises(UnusableSpeech):
            await voices.register("", "Ada", [recording(), encode(silence(5), "wav")], KEY)

        async def fail(*_: object) -> object:
            raise EngineUnavailable("the workers keep dying")

        pipeline.embed = fail  # type: ignore[assignment,method-assign]
        with pytest.raises(EngineUnavailable):
            await voices.register("", "Ada", [recording()], KEY)
        assert kept(blobs) == []
        assert await voices.list("") == []
        del pipeline.embed
        assert not (await voices.register("", "Ada", [recording()], KEY)).replayed

    run(scenario())


def test_a_full_database_leaves_no_file(records: Records, blobs: Blobs, threads: Threads) -> None:
    async def scenario() -> None:
        failing = Failing(records)
        failing.errors["add_voice"] = StorageFull("no room left")
        with pytest.raises(StorageFull):
            await voices_of(failing.as_records(), blobs, threads).register(
                "", "Ada", [recording()], None
            )
        assert kept(blobs) == []

    run(scenario())


def test_a_commit_whose_outcome_is_unknown_never_costs_a_voice_its_file(
    records: Records, blobs: Blobs, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        add_voice = records.add_voice

        def commit_and_lose_the_connection(*args: object) -> None:
            add_voice(*args)  # type: ignore[arg-type]
            raise StoreUnavailable("the connection was lost during COMMIT")

        monkeypatch.setattr(records, "add_voice", commit_and_lose_the_connection)
        voices = voices_of(records, blobs, threads)
        with pytest.raises(StoreUnavailable):
            await voices.register("", "Ada", [recording()], KEY)
        voice = await voices.get("Ada", "")
        assert embedding_from_bytes(await voices.embedding(voice)).engine == voice.engine
        assert (await voices.register("", "Ada", [recording()], KEY)).replayed

    run(scenario())


def test_a_deleted_voice_is_gone_and_its_name_is_free(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        voices = voices_of(records, blobs, threads)
        await voices.register("", "Ada", [recording()], KEY)
        deleted = await voices.delete("ada", "")
        assert kept(blobs) == []
        for attempt in (voices.get(deleted.id, ""), voices.delete("ada", "")):
            with pytest.raises(VoiceNotFound):
                await attempt
        again = await voices.register("", "Ada", [recording()], KEY)
        assert not again.replayed
        assert again.voice.id != deleted.id

    run(scenario())


def test_an_embedding_that_vanishes_while_it_is_asked_for_is_not_found(
    records: Records, blobs: Blobs, threads: Threads
) -> None:
    async def scenario() -> None:
        voices = voices_of(records, blobs, threads)
        voice = (await voices.register("", "Ada", [recording()], None)).voice
        await voices.delete("ada", "")
        with pytest.raises(VoiceNotFound):
            await voices.embedding(voice)

    run(scenario())


def test_nobody_sees_another_owners_voice(records: Records, blobs: Blobs, threads: Threads) -> None:
    async def scenario() -> None:
        voices = voices_of(records, blobs, threads)
        voice = (await voices.register("ann", "Ada", [recording()], None)).voice
        for attempt in (voices.get(voice.id, "bob"), voices.delete("ada", "bob")):
            with pytest.raises(VoiceNotFound):
                await attempt
        assert await voices.count("bob") == 0
        assert await voices.count("ann") == 1

    run(scenario())
