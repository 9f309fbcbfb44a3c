"""What the Python client makes of broken connections, a busy service, a wrong address."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from pathlib import Path

import pytest

from phonex_client import (
    BadAddress,
    BadKey,
    PhonexError,
    ProblemError,
    Retries,
    ServiceUnreachable,
    UnexpectedAnswer,
    problems,
)
from phonex_client.errors import ConnectionLost
from phonex_client.retries import Attempts, seconds_of
from tests.clients.conftest import Connect
from tests.clients.meddling import Cut, Meddler, Refuse
from tests.conftest import PARAGRAPH
from tests.running import RunningService, free_port
from tests.serve_app.http_server import StaticServer


def test_a_job_is_followed_though_the_connection_breaks(
    connect: Connect, service: RunningService
) -> None:
    with Meddler(service.port, [Cut(900), Cut(0), Cut(1_500)]) as between:
        straight, through = connect(service.url), connect(between.url)
        audio_id = straight.submit(PARAGRAPH * 3, seed=3).audio_id
        seen = list(through.events(audio_id))
        assert len(between.done) == 3
    assert seen[-1].status == "completed"
    assert [job.pieces_done for job in seen] == sorted(job.pieces_done for job in seen)
    assert len({repr(job.raw) for job in seen}) == len(seen) >= 2  # each change once
    assert list(straight.events(audio_id)) == seen[-1:]
    straight.delete_audio(audio_id)
    with pytest.raises(problems.AudioNotFound):
        next(iter(straight.events(audio_id)))


def test_a_file_without_parts_is_fetched_anew_where_it_was_cut_off(
    connect: Connect, service: RunningService, tmp_path: Path
) -> None:
    straight = connect(service.url)
    made = straight.submit_batch([{"text": f"Tide {n}."} for n in range(3)])
    straight.wait_batch(made.batch_id)
    straight.download_batch(made.batch_id, tmp_path / "whole.zip")
    with Meddler(service.port, [Cut(9_000), Refuse(503), Cut(30_000)]) as between:
        connect(between.url).download_batch(made.batch_id, tmp_path / "cut.zip")
        assert len(between.done) == 3
    whole = (tmp_path / "whole.zip").read_bytes()
    assert len(whole) > 60_000
    assert (tmp_path / "cut.zip").read_bytes() == whole


def test_a_stream_goes_on_where_it_was_cut_off(connect: Connect, service: RunningService) -> None:
    script = [Cut(5_000), Cut(0), Cut(40_000), Cut(300)]
    with Meddler(service.port, script) as between:
        phonex = connect(between.url)
        stream = phonex.stream(PARAGRAPH * 4, seed=3, format="mp3", keep=True)
        heard = stream.read()
        assert between.done == script
        assert heard == phonex.follow(stream.audio_id).read()
        assert len(heard) > 100_000


def test_a_download_goes_on_as_well(
    connect: Connect, service: RunningService, tmp_path: Path
) -> None:
    audio_id = connect(service.url).speak(PARAGRAPH).job.audio_id
    with Meddler(service.port, [Cut(9_000), Cut(20_000)]) as between:
        connect(between.url).download(audio_id, tmp_path / "a.wav")
        assert len(between.done) == 2
    assert (tmp_path / "a.wav").read_bytes() == connect(service.url).audio(audio_id)


def test_a_stream_that_nobody_answers_any_more_ends(
    connect: Connect, service: RunningService
) -> None:
    with Meddler(service.port, [Cut(5_000)] + [Refuse(503)] * 9) as between:
        stream = connect(between.url, retries=Retries(most=2, first_pause_s=0.05)).stream(
            PARAGRAPH * 4, seed=3
        )
        with pytest.raises(ProblemError) as ended:
            stream.read()
        assert ended.value.status == 503


def test_an_answer_that_was_lost_makes_no_second_job_or_voice(
    connect: Connect, service: RunningService, recording: bytes
) -> None:
    direct = connect(service.url)
    for call in ("submit", "stream", "clone", "register"):
        text = f"Only one of {call}."
        before = {job.audio_id for job in direct.jobs().jobs}
        with Meddler(service.port, [Cut(0), Cut(0)]) as between:
            phonex = connect(between.url)
            if call == "submit":
                made = phonex.submit(text).audio_id
            elif call == "stream":
                stream = phonex.stream(text)
                made = stream.audio_id
                stream.read()
            elif call == "clone":
                made = phonex.clone(text, recording).job.audio_id
            else:
                made = phonex.register_voice("Only Once", recording).voice_id
            assert len(between.done) == 2
        if call == "register":
            assert [one.voice_id for one in direct.voices() if one.name == "Only Once"] == [made]
        else:
            assert {job.audio_id for job in direct.jobs().jobs} - before == {made}
    with Meddler(service.port, [Cut(0)]) as between:
        connect(between.url).delete_voice("only_once")  # the first was heard
    with pytest.raises(problems.VoiceNotFound):
        direct.delete_voice("only_once")


def test_a_key_of_ones_own_repeats_a_job(connect: Connect, service: RunningService) -> None:
    phonex = connect(service.url)
    key = f"own-{time.monotonic_ns()}"
    ids = {phonex.submit("Made once.", idempotency_key=key).audio_id for _ in range(2)}
    assert len(ids) == 1
    with pytest.raises(problems.IdempotencyConflict):
        phonex.submit("Something else.", idempotency_key=key)
    for unusable in ("", "a\nb", "é", "x" * 256):
        with pytest.raises(ValueError, match="idempotency key"):
            phonex.submit("Hi.", idempotency_key=unusable)


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_busy_service_is_asked_again(
    connect: Connect, service: RunningService, status: int
) -> None:
    refusals = [Refuse(status, "Retry-After: 1\r\n"), Refuse(status)]
    with Meddler(service.port, refusals) as between:
        speech = connect(between.url).speak("At last.")
        assert between.done == refusals
    assert speech.job.status == "completed"


def test_it_waits_as_long_as_the_service_says_and_a_little_more(
    connect: Connect, service: RunningService
) -> None:
    started = time.monotonic()
    with Meddler(service.port, [Refuse(503, "Retry-After: 2\r\n")]) as between:
        connect(between.url).health()
    assert time.monotonic() - started >= 2.0  # a promise, whatever the machine does beside


def test_patience_has_an_end(connect: Connect, service: RunningService) -> None:
    with Meddler(service.port, [Refuse(429, "Retry-After: 3600\r\n")] * 2) as between:
        with pytest.raises(ProblemError) as refused:
            connect(between.url).health()
        assert len(between.done) == 1
    assert (refused.value.status, refused.value.retry_after_s) == (429, 3600.0)
    with Meddler(service.port, [Refuse(503)] * 20) as between:
        with pytest.raises(ProblemError):
            connect(between.url, retries=Retries(most=3, first_pause_s=0.01)).health()
        assert len(between.done) == 4
    with Meddler(service.port, [Cut(0)]) as between, pytest.raises(ConnectionLost):
        connect(between.url, retries=Retries(most=0)).submit("Sent once.")


def test_pauses_grow_and_differ() -> None:
    attempts = [Attempts(Retries(patience_s=1e9)) for _ in range(50)]
    busy = problems.QueueFull({"type": problems.QueueFull.type}, 429, 5.0)
    for failed in range(6):
        most = min(8.0, 0.5 * 2**failed)
        pauses = [one.pause_after(busy, met=True) for one in attempts]
        assert all(5.0 + most / 2 <= pause <= 5.0 + most for pause in pauses)
        assert len(set(pauses)) > 40


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7", 7.0), ("Sun, 22 Nov 2020 20:31:42 GMT", 0.0), ("soon", 0.0), ("", 0.0), ("²", 0.0)],
)
def test_retry_after_may_be_seconds_or_a_date(retry_after: str, seconds: float) -> None:
    assert seconds_of(retry_after) == seconds


def test_a_date_to_come_is_waited_for() -> None:
    assert seconds_of("Fri, 01 Jan 2999 00:00:00 GMT") > 1e9


def test_nobody_there_is_said_at_once(connect: Connect) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ServiceUnreachable, match="nobody answers"):
        connect(url, retries=Retries(patience_s=1e9, first_pause_s=1e6)).health()


def test_a_service_that_went_away_is_waited_for(connect: Connect, service: RunningService) -> None:
    """As when it is restarted while a client waits."""
    with Meddler(service.port) as between:
        port = int(between.url.rpartition(":")[2])
        phonex = connect(between.url)
        phonex.health()
    later: list[Meddler] = []
    # Of its pooled connection nothing is left either: the first sign is a refused connection.
    timer = threading.Timer(0.5, lambda: later.append(Meddler(service.port, port=port).__enter__()))
    timer.start()
    try:
        for _ in range(3):
            assert phonex.health().tts_ready
    finally:
        timer.join()
        for between in later:
            between.__exit__(None, None, None)


@pytest.mark.parametrize("content", [b"<html>a router's page</html>", b"[]", b"{}", b"\xff", b""])
def test_another_server_is_not_taken_for_ours(connect: Connect, content: bytes) -> None:
    with StaticServer(content) as other:
        phonex = connect(other.url)
        for call in (phonex.health, phonex.voices, lambda: phonex.stream("Hi.")):
            with pytest.raises(UnexpectedAnswer):
                call()


def test_a_redirect_is_told_and_not_followed(connect: Connect, service: RunningService) -> None:
    """A key goes where it was meant to go, and nowhere else."""
    moved = Refuse(307, "Location: http://elsewhere.example/health\r\n")
    with Meddler(service.port, [moved]) as between, pytest.raises(UnexpectedAnswer) as told:
        connect(between.url, "phx_secret").health()
    assert "elsewhere.example" in str(told.value)


@pytest.mark.parametrize(
    "url",
    ["http://::1:8000", "http://[::1", "::1", "http://[nonsense]:80", "ftp://x", "x", "http://"],
)
def test_an_address_that_is_none_is_told(connect: Connect, url: str) -> None:
    with pytest.raises(BadAddress, match="is no URL"):
        connect(url)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    connect: Connect, service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, nobody)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for host in ("127.0.0.1", "localhost"):
        assert connect(f"http://{host}:{service.port}").health().tts_ready
    with pytest.raises(PhonexError):  # elsewhere it is
        connect("http://phonex.example", retries=Retries(most=0)).health()


def test_the_environment_names_service_and_key(
    connect: Connect, service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEX_SERVER", service.url)
    monkeypatch.setenv("PHONEX_API_KEY", "copied\nbadly")
    with pytest.raises(BadKey):
        connect("", None)
    assert connect("", "").health().tts_ready


@pytest.mark.parametrize("key", ["clé", "phx_a\nb", "phx_\x00"])
def test_a_key_that_is_none_is_not_shown(connect: Connect, key: str) -> None:
    with pytest.raises(BadKey) as refused:
        connect("http://127.0.0.1:1", key)
    assert key not in str(refused.value)


def test_keys_are_in_no_log_and_no_representation(
    connect: Connect, service: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, password = "phx_0123456789_verysecret", "hunter2"
    with Meddler(service.port, [Refuse(503), Cut(0)]) as between:
        url = between.url.replace("http://", f"http://ada:{password}@")
        for phonex in (connect(between.url, key), connect(url, key)):
            shown = [repr(phonex), str(phonex.url)]
            phonex.health()
            try:
                phonex.speak("Hi.", voice="nobody")
            except ProblemError as error:
                shown += [str(error), repr(error), "".join(traceback.format_exception(error))]
            assert len(shown) > 2
            assert not [words for words in shown if "verysecret" in words or password in words]
    assert "verysecret" not in caplog.text
    assert caplog.text  # httpx did log
