"""The Python client against a real service: every call, both kinds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from phonex_client import Batch, Client, Job, PhonexError, ProblemError, WaitTimeout, problems
from tests.conftest import PARAGRAPH, read_audio


def test_a_text_is_spoken_and_its_progress_told(phonex: Client, tmp_path: Path) -> None:
    seen: list[Job] = []
    speech = phonex.speak(PARAGRAPH, speaker="EN-BR", seed=3, on_progress=seen.append)
    samples, rate = read_audio(speech.audio)
    assert speech.job.seconds == pytest.approx(len(samples) / rate, abs=0.01)
    assert (speech.job.status, speech.job.speaker, speech.job.ended) == ("completed", "EN-BR", True)
    assert [job.progress for job in seen] == sorted(job.progress for job in seen)
    assert seen[-1].progress == 100
    speech.save(tmp_path / "said.wav")
    phonex.download(speech.job.audio_id, tmp_path / "downloaded.wav")
    for name in ("said.wav", "downloaded.wav"):
        assert (tmp_path / name).read_bytes() == speech.audio
    assert len(list(tmp_path.iterdir())) == 2  # nothing else is left


def test_a_manner_is_heard(phonex: Client) -> None:
    slow = phonex.speak("One, two, three.", speed=0.5, format="mp3", sample_rate=16_000)
    quick = phonex.speak("One, two, three.", speed=2.0, format="mp3", sample_rate=16_000)
    assert slow.job.seconds is not None
    assert quick.job.seconds is not None
    assert slow.job.seconds > 2 * quick.job.seconds
    assert slow.job.format == "mp3"
    timed = phonex.speak("One, two, three.", timestamps="word").job
    assert [word.text for word in timed.words or ()] == ["One", "two", "three"]
    assert phonex.captions(timed.audio_id).startswith(b"WEBVTT")
    assert b"-->" in phonex.captions(timed.audio_id, "srt")
    marked = phonex.speak("<speak>One <mark name='two'/> two.</speak>", input_type="ssml")
    assert [mark.name for mark in marked.job.marks] == ["two"]


def test_a_voice_from_its_recording_to_its_removal(
    phonex: Client, recording: bytes, tmp_path: Path
) -> None:
    sample = tmp_path / "sample.wav"
    sample.write_bytes(recording)
    with sample.open("rb") as opened:
        voice = phonex.register_voice(
            "Client Voice",
            [sample, opened],
            consent=True,
            consent_speaker="Ada Lovelace",
            consent_words="You may have my voice.",
        )
    try:
        assert (voice.voice_id, voice.consent) == ("client_voice", True)
        assert voice.consent_evidence is not None
        assert voice.consent_evidence.speaker == "Ada Lovelace"
        assert len(voice.quality) == 2
        assert phonex.voice("CLIENT voice").record_id == voice.record_id
        assert voice.record_id in {one.record_id for one in phonex.voices()}
        cloned = phonex.speak("The tide is low.", voice="client voice", pitch=1.0)
        assert cloned.job.kind == "clone"
        heard = phonex.quality(cloned.job.audio_id)
        assert heard.similarity == cloned.job.similarity
        with pytest.raises(problems.VoiceNameTaken):
            phonex.register_voice("Client Voice", recording)
        exported = phonex.export_voice("client_voice")
        brought = phonex.import_voice(exported, "Client Voice Again", consent=True)
        assert brought.speech_seconds == voice.speech_seconds
        assert "deleted" in phonex.delete_voice(brought.voice_id)
    finally:
        phonex.delete_voice("client_voice")
    assert voice.record_id in {gone.record_id for gone in phonex.deleted_voices()}
    with pytest.raises(problems.VoiceNotFound):
        phonex.voice("client_voice")


def test_a_recording_is_cloned_and_not_kept(phonex: Client, recording: bytes) -> None:
    before = len(phonex.voices())
    speech = phonex.clone(
        "A GIF, once.", recording, pronunciations={"GIF": "JH IH1 F"}, speed=1.1, format="flac"
    )
    assert speech.audio.startswith(b"fLaC")
    assert speech.job.kind == "clone_quick"
    assert len(phonex.voices()) == before


def test_a_stream_sounds_before_it_is_done_and_is_the_file_in_the_end(phonex: Client) -> None:
    stream = phonex.stream(PARAGRAPH * 4, seed=3)
    assert stream.media_type == "audio/wav"
    chunks = iter(stream)
    first = next(chunks)
    assert phonex.job(stream.audio_id).status == "processing"
    whole = first + b"".join(chunks)
    assert whole[44:] == phonex.audio(stream.audio_id)[44:]
    assert stream.heard == len(whole)
    assert phonex.follow(stream.audio_id).read() == whole


def test_a_stream_in_a_voice_is_written_as_it_comes(
    phonex: Client, voice_id: str, tmp_path: Path
) -> None:
    stream = phonex.stream(PARAGRAPH, voice=voice_id, format="pcm", sample_rate=16_000)
    assert stream.sample_rate == 16_000
    stream.save(tmp_path / "heard.pcm")
    job = phonex.wait(stream.audio_id)
    assert job.seconds == pytest.approx((tmp_path / "heard.pcm").stat().st_size / 32_000, abs=0.01)


def test_who_hangs_up_lets_the_job_stand(phonex: Client) -> None:
    stream = phonex.stream(PARAGRAPH * 12, seed=4)
    next(iter(stream))
    stream.close()
    with pytest.raises(WaitTimeout) as waited:
        phonex.wait(stream.audio_id, timeout_s=0.5)
    assert waited.value.audio_id == stream.audio_id
    assert "cancelled" in phonex.delete_audio(stream.audio_id)
    with pytest.raises(problems.AudioCancelled):
        phonex.wait(stream.audio_id)


def test_jobs_are_listed_by_page(phonex: Client) -> None:
    ids = [phonex.submit(f"Job {n}.").audio_id for n in range(3)]
    for audio_id in ids:
        phonex.wait(audio_id)
    page = phonex.jobs(kind="tts", state="completed", limit=2)
    assert [job.audio_id for job in page.jobs] == ids[:0:-1]
    assert page.next == ids[1]
    assert phonex.jobs(before=page.next, limit=1).jobs[0].audio_id == ids[0]
    assert "deleted" in phonex.delete_audio(ids[0])


def test_a_text_is_read_and_its_speech_found_again(phonex: Client) -> None:
    reading = phonex.read("It cost $3.50.", language="EN")
    assert reading.said == "It cost three dollars fifty cents."
    assert {word.text for word in reading.words if word.said == "dollars"} == {"$3.50"}
    spoken = phonex.speak(PARAGRAPH)
    verified = phonex.verify(spoken.audio)
    assert verified.generated
    assert verified.watermark.p_value <= 0.001
    assert verified.audio_id == spoken.job.audio_id


def test_a_batch_is_made_and_fetched(phonex: Client, voice_id: str, tmp_path: Path) -> None:
    made = phonex.submit_batch(
        [
            {"text": "The tide is high.", "id": "a", "title": "High", "format": "aac"},
            {"text": "The tide is low.", "voice_id": voice_id, "title": "Low", "format": "aac"},
            {"text": "No.", "speaker": "nobody"},
        ],
        title="Two tides",
    )
    assert (made.title, made.total, made.ended) == ("Two tides", 3, False)
    (refused,) = made.refused
    assert refused.problem is not None
    assert refused.problem.type == problems.UnknownSpeaker.type
    seen: list[Batch] = []
    ended = phonex.wait_batch(made.batch_id, on_progress=seen.append)
    assert [item.status for item in ended.items] == ["completed", "completed", "refused"]
    assert [item.id for item in ended.items] == ["a", "", ""]
    assert seen[-1].ended
    assert [one.progress for one in seen] == sorted(one.progress for one in seen)
    assert phonex.batch(made.batch_id, limit=2).next == 2
    phonex.download_batch(made.batch_id, tmp_path / "tides.zip")
    with zipfile.ZipFile(tmp_path / "tides.zip") as archive:
        assert archive.namelist() == ["001-High.aac", "002-Low.aac", "batch.json"]
        assert archive.testzip() is None
    with pytest.raises(problems.AudioFailed):  # a book would lack something
        phonex.download_batch(made.batch_id, tmp_path / "tides.m4b", form="m4b")
    phonex.download_batch(made.batch_id, tmp_path / "tides.m4b", form="m4b", partial=True)
    assert (tmp_path / "tides.m4b").read_bytes()[4:8] == b"ftyp"
    assert len(list(tmp_path.iterdir())) == 2  # nothing else is left
    assert "deleted" in phonex.delete_batch(made.batch_id)
    with pytest.raises(problems.BatchNotFound):
        phonex.batch(made.batch_id)


def test_a_batch_is_waited_for_no_longer_than_asked(phonex: Client) -> None:
    made = phonex.submit_batch([{"text": PARAGRAPH * 8}])
    with pytest.raises(WaitTimeout, match="batch"):
        phonex.wait_batch(made.batch_id, timeout_s=0.1)
    phonex.delete_batch(made.batch_id)


def test_what_has_no_method_can_be_asked_for(phonex: Client) -> None:
    answer = phonex.request("GET", "/v1/models")
    assert answer.json()["data"]
    made = phonex.request("POST", "/tts", json={"text": "Hi."}, headers={"Prefer": "wait=20"})
    assert made.json()["status"] == "completed"
    with pytest.raises(problems.RouteNotFound):
        phonex.request("GET", "/no/such/route")


def test_what_can_be_spoken_is_told(phonex: Client) -> None:
    assert phonex.speakers()["EN"][0].startswith("EN")
    phones = phonex.phones("en-GB")
    assert (phones.language, phones.notation) == ("EN", "ARPAbet")
    health = phonex.health()
    assert (health.tts_ready, health.raw["docs"]) == (True, "/docs")
    assert health.stages


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"speaker": "nobody"}, problems.UnknownSpeaker, "nobody"),
        ({"language": "XX"}, problems.UnknownLanguage, "XX"),
        ({"voice": "nobody"}, problems.VoiceNotFound, "nobody"),
        ({"speed": 9.0}, problems.InvalidRequest, "speed"),
        ({"input_type": "ssml"}, problems.InvalidSsml, ""),
    ],
)
def test_a_refusal_is_of_its_problems_own_class(
    phonex: Client, how: dict[str, object], kind: type[ProblemError], words: str
) -> None:
    for say in (phonex.speak, phonex.submit, phonex.stream):
        with pytest.raises(kind) as refused:
            say("Hello.", **how)  # type: ignore[arg-type]
        assert words in str(refused.value)
        assert refused.value.status == kind.status == 422 or refused.value.status == 404
        assert refused.value.type == kind.type
        assert refused.value.request_id


def test_a_job_that_failed_or_was_cancelled_has_no_audio(phonex: Client) -> None:
    with pytest.raises(problems.AudioNotFound):
        phonex.audio("0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e")
    running = phonex.submit(PARAGRAPH * 12)
    with pytest.raises(problems.AudioNotReady):
        phonex.audio(running.audio_id)
    phonex.delete_audio(running.audio_id)
    with pytest.raises(problems.AudioCancelled):
        phonex.wait(running.audio_id)


def test_a_name_never_becomes_part_of_the_address(phonex: Client, voice_id: str) -> None:
    before = phonex.voices()
    for name in ("who?are=you", "#", "%2e%2e"):
        with pytest.raises(problems.VoiceNotFound):
            phonex.delete_voice(name)
    for name in (f"who/../{voice_id}", f"../voice/{voice_id}", "/", "list/"):
        with pytest.raises(PhonexError):  # one of the routes would send it on
            phonex.delete_voice(name)
    assert phonex.voices() == before
    for name in ("", ".", ".."):
        with pytest.raises(ValueError, match="no name"):
            phonex.delete_voice(name)
