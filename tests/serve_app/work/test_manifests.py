"""Files that are signed: what others read in them, and what happens where they cannot be."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from config.settings import LimitSettings, ProvenanceSettings
from engines.audio.decode import decode
from engines.audio.encode import encode
from engines.base import Waveform
from serve_app.host.certificates import make_certificates
from serve_app.work.assembly import Assembly
from serve_app.work.manifests import MEDIA_TYPES, Manifests, ManifestsUnusable, open_manifests
from serve_app.work.marks import Marks
from tests.serve_app.applications import application
from tests.serve_app.fakes import order, run
from tests.serve_app.work.test_verification import spoken

c2pa = pytest.importorskip("c2pa", reason="install the extra `provenance`")

LIMITS = LimitSettings()


def signing(folder: Path, **more: Any) -> ProvenanceSettings:
    files = make_certificates(folder, "Example Broadcasting")
    return ProvenanceSettings(
        certificate_file=files.chain, private_key_file=files.private_key, **more
    )


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    return open_manifests(signing(tmp_path / "signing"))


@pytest.mark.parametrize("audio_format", sorted(MEDIA_TYPES))
def test_a_signed_file_is_the_same_audio_and_says_what_made_it(
    manifests: Manifests, audio_format: str
) -> None:
    plain = encode(spoken(), audio_format)
    signed = manifests.sign(audio_format, plain)
    assert np.array_equal(decode(signed, LIMITS).samples, decode(plain, LIMITS).samples)
    found = manifests.read(signed)
    assert found is not None
    assert (found.state, found.signer, found.generator, found.generated) == (
        "trusted",
        "Example Broadcasting",
        "Phonex",
        True,
    )
    assert manifests.read(plain) is None


@pytest.mark.parametrize("audio_format", sorted(MEDIA_TYPES))
def test_who_changes_a_signed_file_is_found_out(manifests: Manifests, audio_format: str) -> None:
    signed = bytearray(manifests.sign(audio_format, encode(spoken(), audio_format)))
    middle = len(signed) // 2
    signed[middle] ^= 1
    found = manifests.read(bytes(signed))
    assert found is not None
    assert found.state == "invalid"


def test_the_librarys_own_reader_finds_it_whole(tmp_path: Path) -> None:
    """By nothing of ours but the authority that is given to others."""
    settings = signing(tmp_path)
    signed = open_manifests(settings).sign("wav", encode(spoken(), "wav"))
    anchors = {"trust": {"user_anchors": (tmp_path / "authority.pem").read_text()}}
    context = c2pa.Context.from_dict(anchors)
    with c2pa.Reader("audio/wav", io.BytesIO(signed), context=context) as reader:
        found = json.loads(reader.json())
    assert found["validation_state"] == "Trusted"


def test_another_authoritys_signature_is_valid_and_not_trusted(tmp_path: Path) -> None:
    theirs, ours = (open_manifests(signing(tmp_path / name)) for name in ("theirs", "ours"))
    found = ours.read(theirs.sign("mp3", encode(spoken(), "mp3")))
    assert found is not None
    assert found.state == "valid"


@pytest.mark.parametrize(
    "file",
    [
        *(b"", b"RIFF", b"ID3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"RIFF\xff\xff\xff\xffWAVE"),
        b"RIFF\xff\xff\xff\xffWAVEC2PA\xff\xff\xff\xff" + bytes(range(256)) * 8,
    ],
)
def test_what_is_no_signed_file_has_none(manifests: Manifests, file: bytes) -> None:
    assert manifests.read(file) is None


def test_damaged_signed_files_never_break_it(manifests: Manifests) -> None:
    signed = manifests.sign("wav", encode(Waveform(np.zeros(800, np.float32), 16_000), "wav"))
    drawn = np.random.default_rng(7)
    for _ in range(300):
        damaged = bytearray(signed[: drawn.integers(1, len(signed) + 1)])
        for place in drawn.integers(0, len(damaged), 4):
            damaged[place] = drawn.integers(256)
        found = manifests.read(bytes(damaged))
        assert found is None or found.state in ("trusted", "valid", "invalid")


def test_a_stream_is_not_signed_for_its_file_is_the_same_bytes(manifests: Manifests) -> None:
    assert manifests.covers(order("Hello.", format="wav"))
    assert not manifests.covers(order("Hello.", format="wav", stream=True))
    assert not manifests.covers(order("Hello.", format="opus"))
    assert not Manifests().covers(order("Hello.", format="wav"))


def chapters_and_samples(book: bytes) -> tuple[list[Any], Any]:
    with av.open(io.BytesIO(book), "r") as file:
        frames = [frame.to_ndarray().ravel() for frame in file.decode(audio=0)]
        return list(file.chapters()), np.concatenate(frames)


def test_a_book_is_signed_with_its_chapters_and_told_by_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        provenance = signing(tmp_path / "signing")
        async with application(tmp_path / "data", provenance=provenance) as (service, client):
            items = [{"text": f"Part {n}.", "title": f"Part {n}"} for n in (1, 2)]
            made = await client.post("/batch", json={"items": items})
            where = f"/batch/{made.json()['batch_id']}/audio?format=m4b&wait=20"
            signed = (await client.get(where)).content
            found = service.manifests.read(signed)
            assert found is not None
            assert (found.state, found.signer) == ("trusted", "Example Broadcasting")

            def expired(*_: object) -> bool:
                raise ValueError("the certificate has expired")

            monkeypatch.setattr(service.manifests, "sign_book", expired)
            plain = (await client.get(where)).content
            assert service.manifests.read(plain) is None
            ours, theirs = chapters_and_samples(signed), chapters_and_samples(plain)
            assert len(ours[0]) == 2
            assert ours[0] == theirs[0]
            assert np.array_equal(ours[1], theirs[1])

    run(scenario())


def test_where_it_cannot_be_signed_the_audio_is_there_and_says_so(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(*_: object) -> bytes:
        raise ValueError("the certificate has expired")

    monkeypatch.setattr(manifests, "sign", expired)
    assembly = Assembly(order("Hello.", format="wav"), Marks(bytes(32), signs=manifests))
    assembly.voiced[0] = spoken()
    assembly.encode(assembly.take())
    assembly.finish()
    file = assembly._sign(bytes(assembly._opened().file()))
    assert decode(file, LIMITS).seconds > 1
    assert not assembly.signed
    assert "could not be signed" in assembly.warnings[0]


def test_certificates_of_no_use_are_refused_at_the_start(tmp_path: Path) -> None:
    settings = signing(tmp_path / "ours", signing_algorithm="es384")
    with pytest.raises(ManifestsUnusable):
        open_manifests(settings)
    other = make_certificates(tmp_path / "other", "Other")
    with pytest.raises(ManifestsUnusable):
        open_manifests(
            ProvenanceSettings(
                certificate_file=other.chain, private_key_file=settings.private_key_file
            )
        )
    with pytest.raises(ManifestsUnusable, match="missing"):
        open_manifests(
            ProvenanceSettings(
                certificate_file=tmp_path / "missing", private_key_file=other.private_key
            )
        )
    with pytest.raises(ValueError, match="come together"):
        ProvenanceSettings(certificate_file=other.chain)


def test_certificates_are_never_written_over_and_the_key_is_its_owners(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, "Example")
    assert files.private_key.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        make_certificates(tmp_path, "Example")


def test_a_data_folder_that_certificates_are_the_first_in_is_its_owners(tmp_path: Path) -> None:
    make_certificates(tmp_path / "data" / "provenance", "Example")
    for folder in (tmp_path / "data", tmp_path / "data" / "provenance"):
        assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["\x1b[2JEve", "Eve\u202e", "E\x9bve", "Eve\n\x07"])
def test_a_strangers_name_is_shown_and_not_obeyed(tmp_path: Path, name: str) -> None:
    files = make_certificates(tmp_path, name)
    settings = ProvenanceSettings(certificate_file=files.chain, private_key_file=files.private_key)
    signing = open_manifests(settings)
    found = signing.read(signing.sign("wav", encode(spoken(), "wav")))
    assert found
    assert found.signer in ("[2JEve", "Eve")


@pytest.mark.parametrize("name", ["é" * 70, "\udc80", "放" * 30], ids=range(3))
def test_any_name_may_sign(tmp_path: Path, name: str) -> None:
    files = make_certificates(tmp_path, name)
    settings = ProvenanceSettings(certificate_file=files.chain, private_key_file=files.private_key)
    assert open_manifests(settings)


def test_a_signed_job_tells_so_and_a_stream_of_it_is_its_file(tmp_path: Path) -> None:
    provenance = signing(tmp_path / "signing")

    async def scenario() -> None:
        async with application(tmp_path / "data", provenance=provenance) as (service, client):
            made = (await client.post("/tts", json={"text": "Hello.", "format": "wav"})).json()
            state = (await client.get(f"/status/{made['audio_id']}?wait=9")).json()
            assert state["provenance"]["manifest"] == "c2pa"
            whole = await client.get(f"/audio/{made['audio_id']}")
            assert open_manifests(provenance).read(whole.content) is not None
            for params in ({"stream": True}, {"stream": True, "keep": True}):
                heard = await client.get(f"/audio/{made['audio_id']}", params=params)
                assert heard.content == whole.content
            later = await client.post(
                "/tts",
                json={"text": "Hello again.", "format": "wav"},
                headers={"Prefer": "respond-async"},
            )
            url = f"/audio/{later.json()['audio_id']}"
            joined = (await client.get(url, params={"stream": True})).content
            assert joined == (await client.get(url)).content
            assert service.settings.provenance.certificate_file is not None

    run(scenario())
