"""A voice moves in one file: whole, unharmed, and only to an engine that it is of use to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import safetensors.numpy

from config.settings import Settings
from deployments.graph import STAGES
from engines.audio.quality import QualityReport
from engines.base import Samples, VoiceEmbedding
from engines.speaker.encoder import SpeakerEncoder
from engines.speaker.published import TENSORS
from serve_app.errors import UnreadableVoiceFile
from serve_app.likeness import Likeness
from serve_app.service import Service
from serve_app.store.embeddings import embedding_to_bytes, read_metadata
from serve_app.store.values import Evidence, Voice
from serve_app.threads import Threads
from serve_app.voice_files import is_voice_file, read_voice_file, write_voice_file
from telemetry.meter import Meter
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import INFO, FakePipeline, recording, run
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

EMBEDDING = VoiceEmbedding("embedded", "1", {"mean": np.linspace(-1, 1, 12, dtype=np.float32)})
EVIDENCE = Evidence("studio", 1_795_000_000.5, "Zoë", "I agree.", "en", "ab" * 32, "cons_1")
REPORT = QualityReport(9.5, 12.0, 44_100, 0.0, None, -3.0, -21.0, ("record closer",))


def voice(**changes: Any) -> Voice:
    samples = [{"speech_seconds": 9.5, "total_seconds": 12.0, "sample_rate": 44_100,
                "clipping": 0.0, "signal_to_noise_db": None, "peak_dbfs": -3.0,
                "rms_dbfs": -21.0, "warnings": ["record closer"]}]  # fmt: skip
    kept = Voice("1", "ada", "Zoë", "embedded", "1", "voices/1", {"samples": samples}, 9.5, 1.5)
    return replace(replace(kept, consent=True, evidence=EVIDENCE), **changes)


# Written before voiceprints went along.
OLD_FILE = Path(__file__).parent.parent / "data" / "voice-format-1.voice"
PRINT = np.full(256, 1 / 16, np.float32)


def rewritten(file: bytes, **about: str) -> bytes:
    """With other metadata, and the tensors as they are."""
    length = int.from_bytes(file[:8], "little")
    metadata = json.loads(file[8 : 8 + length])["__metadata__"] | about
    return safetensors.numpy.save(safetensors.numpy.load(file), metadata=metadata)


def test_a_voice_comes_out_as_it_went_in() -> None:
    file = write_voice_file(voice(), EMBEDDING)
    assert is_voice_file(file[:64])
    read = read_voice_file(file)
    assert (read.embedding.engine, read.embedding.version) == ("embedded", "1")
    assert np.array_equal(read.embedding.tensors["mean"], EMBEDDING.tensors["mean"])
    card = read.card
    assert (card.name, card.speech_seconds) == ("Zoë", 9.5)
    assert (card.consent, card.evidence, card.quality) == (True, EVIDENCE, [REPORT])


def test_how_the_encoder_hears_a_voice_goes_with_it() -> None:
    known = {"similarity": {"cosine": 0.87, "model": "GE2E"}, **voice().quality}
    read = read_voice_file(write_voice_file(voice(quality=known), EMBEDDING, PRINT))
    assert read.voiceprint is not None
    assert np.array_equal(read.voiceprint, PRINT)
    assert read.card.agreement == 0.87


def test_a_file_of_an_older_release_is_read_and_read_by_it() -> None:
    old = OLD_FILE.read_bytes()
    read = read_voice_file(old)
    assert (read.card.name, read.voiceprint, read.card.agreement) == ("Zoë", None, None)
    # What has no voiceprint is written as it was.
    assert read_metadata(write_voice_file(voice(), EMBEDDING)) == read_metadata(old)


@pytest.mark.parametrize("numbers", [PRINT[:9], PRINT * 2, PRINT * np.float32(np.nan)])
def test_what_is_no_voiceprint_is_refused(numbers: Samples) -> None:
    """Though its hash is right: whoever writes one can compute that."""
    with pytest.raises(UnreadableVoiceFile, match="voiceprint"):
        read_voice_file(write_voice_file(voice(), EMBEDDING, numbers))


@pytest.mark.parametrize("voiceprint", [None, PRINT])
def test_every_byte_counts(voiceprint: Samples | None) -> None:
    """Whatever is changed, the file is refused."""
    file = bytearray(write_voice_file(voice(), EMBEDDING, voiceprint))
    for place in range(len(file)):
        file[place] ^= 1
        with pytest.raises(UnreadableVoiceFile):
            read_voice_file(bytes(file))
        file[place] ^= 1
    for end in (0, 7, 8, 40, len(file) - 1):
        with pytest.raises(UnreadableVoiceFile):
            read_voice_file(bytes(file[:end]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"engine": "other"}, "damaged"),
        ({"card": "{}"}, "damaged"),
        ({"sha256": "0" * 64}, "damaged"),
        ({"phonex_voice": "3"}, "upgrade"),
        ({"phonex_voice": "2"}, "damaged"),
    ],
)
def test_what_was_changed_is_told(change: dict[str, str], words: str) -> None:
    with pytest.raises(UnreadableVoiceFile, match=words):
        read_voice_file(rewritten(write_voice_file(voice(), EMBEDDING), **change))


def test_an_embedding_alone_is_no_voice_file() -> None:
    with pytest.raises(UnreadableVoiceFile, match="no card"):
        read_voice_file(embedding_to_bytes(EMBEDDING))


@pytest.mark.parametrize(
    ("quality", "words"),
    [
        ({"samples": [{"speech_seconds": "many"}]}, "quality"),
        ({"samples": [7]}, "quality"),
        ({"samples": ["a" * 70_000]}, "65,536"),
    ],
)
def test_a_card_that_could_not_be_shown_is_refused(quality: dict[str, Any], words: str) -> None:
    """Though its hash is right: whoever writes one can compute that."""
    with pytest.raises(UnreadableVoiceFile, match=words):
        read_voice_file(write_voice_file(voice(quality=quality), EMBEDDING))


FORM = {
    "voice_name": "Ada",
    "consent": "true",
    "consent_speaker": "Ada Lovelace",
    "consent_words": "I agree.",
}
SAMPLE = {"voice_sample": ("me.wav", recording())}


async def exported(client: httpx.AsyncClient, **form: str) -> bytes:
    made = await client.post("/voice/register", data=FORM | form, files=SAMPLE)
    assert made.status_code == 200, made.text
    answer = await client.get(f"/voice/{made.json()['voice_id']}/export")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def bring(client: httpx.AsyncClient, file: bytes, **form: str) -> httpx.Response:
    return await client.post("/voice/import", data=form, files={"voice_file": ("a", file)})


def test_a_voice_moves_to_another_service_with_what_shows_its_consent(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            application(tmp_path / "one") as (service, here),
            application(tmp_path / "two", limits={"require_consent": True}) as (_, there),
        ):
            key = add_key(service, "studio")
            here.headers.update(key)
            file = await exported(here)
            made = (await here.get("/voice/ada")).json()
            brought = await bring(there, file)
            assert brought.status_code == 200, brought.text
            voice = (await there.get("/voice/ada")).json()
            moved = ("name", "engine", "speech_seconds", "consent", "consent_evidence", "quality")
            assert [voice[name] for name in moved] == [made[name] for name in moved]
            assert voice["consent_evidence"]["stated_by"] == "studio"
            body = {"text": "Hello there.", "voice_id": "ada"}
            assert (await there.post("/clone", json=body)).status_code == 200
            check_problem(await bring(there, file), 409, "voice-name-taken")
            named = await bring(there, file, voice_name="Ada King")
            assert named.json()["voice_id"] == "ada_king"
            again = (await there.get("/voice/ada_king/export")).content
            assert read_voice_file(again).embedding.engine == made["engine"]

    run(scenario())


def test_a_clone_of_an_imported_voice_has_its_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    encoder = SpeakerEncoder(
        {
            name: chance.normal(0, 0.1, shape).astype(np.float32)
            for name, (_, shape) in TENSORS.items()
        }
    )

    def opened(settings: Settings, threads: Threads, meter: Meter) -> Likeness:
        return Likeness(encoder, threads, meter)

    monkeypatch.setattr(Likeness, "open", opened)

    async def scenario() -> None:
        async with (
            application(tmp_path / "one") as (_, here),
            application(tmp_path / "two") as (_, there),
        ):
            file = await exported(here)
            made = (await here.get("/voice/ada")).json()
            assert (await bring(there, file)).status_code == 200
            brought = (await there.get("/voice/ada")).json()
            assert brought["similarity"]["cosine"] == made["similarity"]["cosine"] is not None
            body = {"text": "Hello there. " * 20, "voice_id": "ada", "seed": 1}
            scores = [await score_of(client, body) for client in (here, there)]
            assert scores[0]["cosine"] == scores[1]["cosine"] is not None
            again = await bring(
                there, (await there.get("/voice/ada/export")).content, voice_name="b"
            )
            assert await score_of(there, body | {"voice_id": again.json()["voice_id"]}) == scores[0]

    run(scenario())


async def score_of(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    made = await client.post("/clone", json=body)
    assert made.status_code == 200, made.text
    quality = await client.get(f"/audio/{made.json()['audio_id']}/quality")
    score: dict[str, Any] = quality.json()["similarity"]
    return score


def test_a_voice_of_another_engine_is_refused(play: Callable[..., None], tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        file = await exported(client)
        for changed in (replace(INFO, name="neural"), replace(INFO, version="2")):
            other = FakePipeline(engines=dict.fromkeys(STAGES, changed))
            async with application(tmp_path / changed.name / changed.version, other) as (_, there):
                told = check_problem(await bring(there, file), 422, "embedding-mismatch")
                assert f"{INFO.name} {INFO.version}" in told["detail"]
                assert f"{changed.name} {changed.version}" in told["detail"]
                assert (await there.get("/voice/list")).json()["count"] == 0

    play(scenario)


def test_tensors_that_no_voice_of_the_engine_has_are_refused(tmp_path: Path) -> None:
    known = {"EN": {"EN-US": VoiceEmbedding("embedded", "1", {"mean": np.ones(4, np.float32)})}}
    pipeline = FakePipeline(engines=dict.fromkeys(STAGES, replace(INFO, base_speakers=known)))

    async def scenario() -> None:
        async with application(tmp_path, pipeline) as (_, client):
            forged = write_voice_file(voice(), EMBEDDING)
            check_problem(await bring(client, forged), 422, "embedding-mismatch")
            assert (await bring(client, await exported(client), voice_name="x")).status_code == 200

    run(scenario())


@pytest.mark.parametrize("consent", ["true", "false"])
def test_a_file_that_states_no_consent_needs_one_where_it_is_required(
    tmp_path: Path, consent: str
) -> None:
    async def scenario() -> None:
        async with application(tmp_path, limits={"require_consent": True}) as (_, client):
            file = write_voice_file(voice(consent=False, evidence=None), EMBEDDING)
            answer = await bring(client, file, consent=consent)
            if consent == "true":
                assert answer.json()["consent_evidence"]["kind"] == "statement"
            else:
                check_problem(answer, 422, "consent-required")

    run(scenario())


@pytest.mark.parametrize("file", [b"", b"RIFF0000WAVE", bytes(100), recording()[:2000]])
def test_what_is_no_voice_file_is_told_so(play: Callable[..., None], file: bytes) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        check_problem(await bring(client, file), 422, "unreadable-voice-file")

    play(scenario)


def test_a_key_imports_once(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        file = await exported(client)
        client.headers["Idempotency-Key"] = "once"
        ids = [(await bring(client, file, voice_name="Twin")).json()["record_id"] for _ in range(2)]
        assert ids[0] == ids[1]
        check_problem(await bring(client, file, voice_name="Third"), 422, "idempotency-conflict")

    play(scenario)
