"""`phonex wyoming` against a real service, asked by the protocol's own client as Home Assistant
asks (docs/integrations/wyoming.md)."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Keyed
from tests.contract.jobs import wait_until_all_ended
from tests.running import ROOT, RunningService, free_port

pytest.importorskip(
    "wyoming", reason="wyoming is not installed: pip install -r requirements/test.txt"
)
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info, TtsVoice
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

TEXT = "The lamp in the kitchen is on."
LIMIT_S = 60.0


class Wyoming:
    """The running command."""

    def __init__(self, process: subprocess.Popen[str], log: list[str], port: int) -> None:
        self.process = process
        self.log = log
        self.port = port

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not any(words in line for line in self.log):
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)


def command(url: str, *options: str) -> list[str]:
    python = (sys.executable, "-m", "serve_app.cli.main")
    return [*python, "wyoming", "--server", url, "--port", "0", *options]


@contextmanager
def running_wyoming(url: str, *options: str) -> Iterator[Wyoming]:
    process = subprocess.Popen(command(url, *options), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    log: list[str] = []
    assert process.stderr is not None
    lines = process.stderr
    reading = threading.Thread(target=lambda: log.extend(iter(lines.readline, "")), daemon=True)
    reading.start()
    started = Wyoming(process, log, 0)
    try:
        started.wait_for("wyoming: ")
        found = re.search(r":(\d+)$", log[-1].strip())
        assert found, log
        started.port = int(found[1])
        yield started
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def wyoming(service: RunningService, voice_id: str) -> Iterator[Wyoming]:
    assert voice_id
    with running_wyoming(service.url) as started:
        yield started


@asynccontextmanager
async def talking(wyoming: Wyoming) -> AsyncIterator[AsyncTcpClient]:
    async with AsyncTcpClient("127.0.0.1", wyoming.port) as client:
        yield client


async def until(client: AsyncTcpClient, *kinds: type[Any]) -> list[Event]:
    """Events up to one of these, or to the end of the connection."""
    heard: list[Event] = []
    async with asyncio.timeout(LIMIT_S):
        while event := await client.read_event():
            heard.append(event)
            if any(kind.is_type(event.type) for kind in kinds):
                break
    return heard


def seconds_of(events: list[Event]) -> float:
    chunks = [AudioChunk.from_event(one) for one in events if AudioChunk.is_type(one.type)]
    assert chunks
    assert {(one.width, one.channels) for one in chunks} == {(2, 1)}
    return float(sum(len(one.audio) / 2 / one.rate for one in chunks))


async def voices_of(wyoming: Wyoming) -> dict[str, TtsVoice]:
    async with talking(wyoming) as client:
        await client.write_event(Describe().event())
        info = Info.from_event((await until(client, Info))[-1])
    (program,) = info.tts
    assert program.installed
    assert program.supports_synthesize_streaming
    return {voice.name: voice for voice in program.voices}


def test_home_assistant_finds_all_voices_by_their_languages(
    wyoming: Wyoming, client: httpx.Client, voice_id: str
) -> None:
    voices = asyncio.run(voices_of(wyoming))
    assert all(voice.installed and len(voice.languages) == 1 for voice in voices.values())
    speakers = client.get("/tts/speakers").json()["speakers"]
    assert {one for voice in voices.values() for one in voice.languages} == {
        "en", "es", "fr", "zh", "ja", "ko"
    }  # fmt: skip
    assert voices["EN-US"].languages == ["en"]
    assert voices[f"{voice_id}@ja"].description == "Session Voice (Japanese)"
    assert len(voices) == sum(map(len, speakers.values())) + 6 * len(
        client.get("/voice/list").json()["items"]
    )


@pytest.mark.parametrize("name", ["EN-BR", "session_voice@es", None])
def test_home_assistant_has_a_message_spoken(wyoming: Wyoming, name: str | None) -> None:
    """One event, then audio up to audio-stop."""

    async def scenario() -> None:
        async with talking(wyoming) as client:
            voice = SynthesizeVoice(name=name) if name else None
            await client.write_event(Synthesize(text=TEXT, voice=voice).event())
            heard = await until(client, AudioStop)
            assert AudioStart.is_type(heard[0].type)
            assert 1 < seconds_of(heard) < 6

    asyncio.run(scenario())


def test_home_assistant_has_a_text_spoken_while_it_is_written(wyoming: Wyoming) -> None:
    """Start, chunks, the whole again for servers that know no streaming, stop; it listens
    meanwhile, up to synthesize-stopped, and opens its file once."""
    texts = [
        "The first sentence ",
        "is here. And the sec",
        "ond one follows it",
        ". Then, a third.",
    ]

    async def scenario() -> None:
        async with talking(wyoming) as client:
            voice = SynthesizeVoice(name="EN-US")
            await client.write_event(SynthesizeStart(voice=voice).event())
            for text in texts[:3]:
                await client.write_event(SynthesizeChunk(text).event())
            first = await until(client, AudioChunk)  # before the text is whole
            await client.write_event(SynthesizeChunk(texts[3]).event())
            await client.write_event(Synthesize("".join(texts), voice=voice).event())
            await client.write_event(SynthesizeStop().event())
            heard = first + await until(client, SynthesizeStopped)
            kinds = [one.type for one in heard if not AudioChunk.is_type(one.type)]
            assert kinds == ["audio-start", "audio-stop", "synthesize-stopped"]
            assert 3 < seconds_of(heard) < 9
            # The connection goes on.
            await client.write_event(Synthesize(text=TEXT, voice=voice).event())
            assert seconds_of(await until(client, AudioStop)) > 1

    asyncio.run(scenario())


def test_a_streamed_text_is_in_the_language_of_its_voice(wyoming: Wyoming) -> None:
    async def lasting(name: str, text: str) -> float:
        async with talking(wyoming) as client:
            await client.write_event(SynthesizeStart(voice=SynthesizeVoice(name=name)).event())
            await client.write_event(SynthesizeChunk(text).event())
            await client.write_event(SynthesizeStop().event())
            return seconds_of(await until(client, SynthesizeStopped))

    assert (
        asyncio.run(lasting("session_voice@ja", "今日は良い天気ですね。散歩に行きましょう。")) > 2
    )


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        (SynthesizeVoice(name="nobody"), "no voice 'nobody'"),
        (SynthesizeVoice(language="sv"), "'sv' is not served"),
    ],
)
def test_a_refusal_is_told_and_ends_what_waits_for_audio(
    wyoming: Wyoming, voice: SynthesizeVoice, told: str
) -> None:
    async def scenario() -> None:
        async with talking(wyoming) as client:
            await client.write_event(Synthesize(text=TEXT, voice=voice).event())
            error, *rest = await until(client, AudioStop)
            assert told in Error.from_event(error).text
            assert rest == []  # and the connection is closed
        async with talking(wyoming) as client:
            await client.write_event(SynthesizeStart(voice=voice).event())
            await client.write_event(SynthesizeChunk(TEXT).event())
            await client.write_event(SynthesizeStop().event())
            error, *rest = await until(client, SynthesizeStopped)
            assert told in Error.from_event(error).text
            assert [one.type for one in rest] == ["synthesize-stopped"]

    asyncio.run(scenario())
    wyoming.wait_for(told)


BAD = [
    b"no json at all\n",
    b"[]\n",
    b'{"data": {}}\n',
    b'{"type": "synthesize"}\n',
    b'{"type": "synthesize", "data": {"text": 7}}\n',
    b'{"type": "synthesize", "data": {"text": "Hi.", "voice": 7}}\n',
    b'{"type": "synthesize", "data": {"text": "Hi.", "voice": {"name": []}}}\n',
    b'{"type": "synthesize", "data_length": 1000000000000}\n',
    b'{"type": "synthesize", "data_length": -1}\n',
    b'{"type": "synthesize", "data_length": 4}\nnull',
    b'{"type": "describe", "payload_length": "x"}\n',
    b'{"type": "synthesize-chunk"}\n{"type": "synthesize-stop"}\n{"type": "no-such-event"}\n',
    b'{"type": "synthesize-start"}\n{"type": "synthesize-chunk"}\n',
    b"\xff" * 100_000,
    b"\n",
    b'{"type": "synthesize", "data_length": 9}\n{',
]


@pytest.mark.parametrize("sent", BAD, ids=range(len(BAD)))
def test_no_bad_event_ends_it(wyoming: Wyoming, sent: bytes) -> None:
    async def scenario() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", wyoming.port)
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(LIMIT_S):
            while await reader.read(65_536):
                pass
        writer.close()
        async with talking(wyoming) as client:
            await client.write_event(Ping(text="still there?").event())
            assert Pong.from_event((await until(client, Pong))[-1]).text == "still there?"

    asyncio.run(scenario())
    assert wyoming.process.poll() is None
    assert not any("Traceback" in line for line in wyoming.log)


def test_who_hangs_up_leaves_no_work_behind(wyoming: Wyoming, client: httpx.Client) -> None:
    async def scenario() -> None:
        async with talking(wyoming) as leaving:
            text = "This is a long sentence that nobody wants to hear. " * 30
            await leaving.write_event(Synthesize(text=text).event())
            await until(leaving, AudioChunk)

    asyncio.run(scenario())
    wait_until_all_ended(client, 90)  # it stands still at once, and is cancelled after a while


def run_to_its_end(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(url, *options), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_without_a_service_it_says_so_and_ends() -> None:
    done = run_to_its_end(f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "no Phonex answers" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_keys_have_their_own_voices_and_a_dead_service_is_told(
    keyed: Keyed, recording: bytes
) -> None:
    url = keyed.service.url
    ada = {"Authorization": f"Bearer {keyed.keys['ada']}"}
    registered = httpx.post(
        f"{url}/voice/register", headers=ada, timeout=60,
        data={"voice_name": "Ada"}, files={"voice_sample": ("a.wav", recording)},
    )  # fmt: skip
    assert registered.status_code == 200, registered.text
    refused = run_to_its_end(url)
    assert refused.returncode == 1
    assert "asks for an API key" in refused.stderr
    with (
        running_wyoming(url, "--api-key", keyed.keys["ada"]) as hers,
        running_wyoming(url, "--api-key", keyed.keys["bob"]) as his,
    ):
        assert "ada@en" in asyncio.run(voices_of(hers))
        assert not any(name.startswith("ada") for name in asyncio.run(voices_of(his)))

        async def ask(wyoming: Wyoming) -> list[Event]:
            async with talking(wyoming) as client:
                voice = SynthesizeVoice(name="ada@en")
                await client.write_event(Synthesize(text=TEXT, voice=voice).event())
                return await until(client, AudioStop, Error)

        assert seconds_of(asyncio.run(ask(hers))) > 1
        assert "no voice 'ada'" in Error.from_event(asyncio.run(ask(his))[-1]).text
        keyed.service.stop()
        gone = Error.from_event(asyncio.run(ask(hers))[-1]).text
        assert "no Phonex answers" in gone or "went away" in gone
        assert hers.process.poll() is None  # it serves again once the service does
        hers.wait_for(gone)
        hers.process.send_signal(signal.SIGTERM)
        assert hers.process.wait(10) == 0
