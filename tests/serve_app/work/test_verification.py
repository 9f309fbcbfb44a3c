"""Marks over jobs and replicas, and how often recordings are looked at."""

from __future__ import annotations

import ast
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest

from config.settings import ProvenanceSettings
from engines.audio.decode import decode
from engines.base import Waveform
from engines.watermark.detector import find_mark
from engines.watermark.pattern import pattern_of
from serve_app.store.records import Records
from serve_app.work.assembly import Assembly
from serve_app.work.marks import Marks, WeakSecret, open_marks
from serve_app.work.orders import SpeechOrder
from tests.conftest import REAL_VOICE
from tests.engines.watermark.test_watermark import LIMITS
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import order, run

SERVE_APP = Path(__file__).parents[3] / "serve_app"
ENCODING = {"Encoder", "encode", "AvWriter", "SndfileWriter", "SoundFile"}


def test_nothing_but_the_assembly_encodes_speech() -> None:
    """It marks all that it encodes. Whoever encodes elsewhere must do so, too; certificates are
    tried on silence."""
    encoding = {
        path.relative_to(SERVE_APP).as_posix()
        for path in SERVE_APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in node.names
        if name.name in ENCODING or name.name in ("soundfile", "av", "wave")
    }
    assert encoding == {"work/assembly.py", "work/manifests.py"}


def spoken() -> Waveform:
    whole = decode(REAL_VOICE, LIMITS)
    return Waveform(whole.samples[: 6 * whole.sample_rate], whole.sample_rate)


def test_all_replicas_have_the_secret_that_the_first_drew(records: Records) -> None:
    first, second = (open_marks(ProvenanceSettings(), records) for _ in range(2))
    asked = order("Hello.", seed=1)
    assert first.payload(asked) == second.payload(asked) is not None


def test_a_secret_may_come_from_a_file(records: Records, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("0123456789abcdef" * 4 + "\n")
    settings = ProvenanceSettings(secret_file=file)
    asked = order("Hello.", seed=1)
    drawn = open_marks(ProvenanceSettings(), records).payload(asked)
    assert open_marks(settings, records).payload(asked) != drawn
    file.write_text("short")
    with pytest.raises(WeakSecret, match="at least 32"):
        open_marks(settings, records)


def test_what_is_spelled_follows_from_what_makes_the_audio() -> None:
    marks = Marks(bytes(32))
    asked = order("Hello.", seed=1)
    payload = marks.payload(asked)
    alike: list[dict[str, Any]] = [{"format": "mp3"}, {"stream": True}, {"sample_rate": 8_000}]
    for change in alike:
        assert marks.payload(replace(asked, **change)) == payload
    assert marks.payload(SpeechOrder.from_request(asked.to_request())) == payload
    others: list[dict[str, Any]] = [{"seed": 2}, {"speed": 1.5}, {"parts": [""]}, {"embedding": ""}]
    for change in others:
        assert marks.payload(replace(asked, **change)) != payload
    assert Marks(b"x" * 32).payload(asked) != payload


@pytest.mark.parametrize("put_in", [True, False])
def test_off_means_off(put_in: bool) -> None:
    marks = Marks(bytes(32), put_in=put_in)
    assembly = Assembly(order("Hello.", format="flac"), marks)
    assembly.voiced[0] = spoken()
    assembly.encode(assembly.take())
    _, rest = assembly.finish()
    assert rest
    heard = decode(bytes(assembly._opened().file()), LIMITS)
    assert find_mark(heard, pattern_of(marks.secret)).found is put_in
    assert bool(marks.report(signed=False)["watermark"]) is put_in


@pytest.mark.parametrize("audio_format", ["flac", "ogg", "opus"])
def test_a_marked_file_says_so_in_a_comment_where_its_kind_has_one(audio_format: str) -> None:
    for put_in in (True, False):
        assembly = Assembly(order("Hello.", format=audio_format), Marks(bytes(32), put_in=put_in))
        assembly.voiced[0] = spoken()
        assembly.encode(assembly.take())
        assembly.finish()
        with av.open(io.BytesIO(bytes(assembly._opened().file()))) as opened:
            tags = {**opened.metadata, **opened.streams.audio[0].metadata}
        comments = [value for name, value in tags.items() if name.lower() == "comment"]
        assert ("trainedAlgorithmicMedia" in str(comments)) is put_in


def test_a_job_is_named_to_its_owner_alone_and_no_more_when_deleted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            ann, bob = add_key(service, "ann"), add_key(service, "bob")
            said = await client.post("/tts", json={"text": "Hello.", "seed": 4}, headers=ann)
            audio_id = said.json()["audio_id"]
            assert [job for _, job in service.records.list_marks("ann")] == [audio_id]
            assert service.records.list_marks("bob") == []
            for _ in range(service.settings.provenance.verifications_per_minute):
                looked = await client.post("/verify", files={"audio": b"RIFF"}, headers=bob)
                assert looked.status_code == 415
            over = await client.post("/verify", files={"audio": b"RIFF"}, headers=bob)
            assert over.status_code == 429
            assert int(over.headers["retry-after"]) >= 1
            assert over.json()["type"] == "urn:phonex:problem:verifications-exceeded"
            deleted = await client.delete(f"/audio/{audio_id}", headers=ann)
            assert deleted.status_code == 200
            assert service.records.list_marks("ann") == []

    run(scenario())
