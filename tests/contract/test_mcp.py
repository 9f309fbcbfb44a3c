"""`phonex mcp` against a real service, asked by the SDK's own client as assistants ask."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import soundfile

from tests.conftest import PARAGRAPH
from tests.contract.conftest import Keyed
from tests.contract.jobs import wait_until_all_ended
from tests.running import ROOT, RunningService, free_port

mcp = pytest.importorskip(
    "mcp", reason="mcp is not installed: pip install -r requirements/test.txt"
)

TEXT = "This was asked for by an assistant."


@asynccontextmanager
async def assistant(
    url: str, folder: Path, *options: str, log: Path = Path(os.devnull)
) -> AsyncIterator[Any]:
    """The SDK starts the command itself, with little of our environment."""
    parameters = mcp.StdioServerParameters(
        command=sys.executable,
        args=[
            "-m",
            "serve_app.cli.main",
            "mcp",
            "--server",
            url,
            "--folder",
            str(folder),
            *options,
        ],
        env={name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        cwd=ROOT,
    )
    with log.open("w") as errors:
        async with mcp.Client(mcp.stdio_client(parameters, errlog=errors)) as client:
            yield client


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(120):
            await scenario()

    asyncio.run(limited())


async def ask(client: Any, tool: str, **arguments: object) -> Any:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content[0].text
    return answer.structured_content


async def refusal(client: Any, tool: str, **arguments: object) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error, answer.structured_content
    text: str = answer.content[0].text
    return text


def test_its_tools_say_what_they_take(service: RunningService, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"list_voices", "speak", "clone", "status"}
            for tool in tools.values():
                assert tool.description
            assert set(tools["speak"].input_schema["required"]) == {"text", "file"}
            assert "consent" in tools["clone"].input_schema["required"]
            assert str(tmp_path) in client.instructions
            assert (await ask(client, "status"))["tts_ready"] is True

    run(scenario)


def test_it_speaks_into_the_file_that_the_user_names(
    service: RunningService, voice_id: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as client:
            voices = (await ask(client, "list_voices"))["result"]
            names = {one["name"]: one for one in voices}
            assert names[voice_id]["registered"]
            assert names["EN-US"]["languages"] == ["en"]
            spanish = (await ask(client, "list_voices", language="es"))["result"]
            assert all("es" in one["languages"] for one in spanish)

            said = await ask(client, "speak", text=TEXT, file="a/hello.mp3", voice="EN-BR")
            assert Path(said["file"]) == tmp_path / "a" / "hello.mp3"
            samples, rate = soundfile.read(said["file"])
            assert len(samples) / rate == pytest.approx(said["seconds"], abs=0.1)
            status = await ask(client, "status", audio_id=said["audio_id"])
            assert status["status"] == "completed"

            clone = await ask(client, "speak", text=TEXT, file="own.wav", voice="session voice")
            assert clone["seconds"] > 1
            korean = await ask(client, "speak", text="안녕하세요.", file="k.flac", language="ko")
            assert korean["seconds"] > 0.5

    run(scenario)


def test_long_texts_tell_how_far_they_are(service: RunningService, tmp_path: Path) -> None:
    told: list[tuple[float, float | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total))

    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as client:
            arguments = {"text": PARAGRAPH * 3, "file": "long.wav"}
            await client.call_tool("speak", arguments, progress_callback=hear)

    run(scenario)
    done, total = told[-1]
    assert done == total
    assert done > 5


def test_it_clones_with_consent_alone(
    service: RunningService, client: httpx.Client, recording: bytes, tmp_path: Path
) -> None:
    (tmp_path / "ada.wav").write_bytes(recording)

    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as assisted:
            request = {"text": TEXT, "recording": "ada.wav"}
            refused = await refusal(assisted, "clone", **request, file="no.wav", consent=False)
            assert "consents" in refused
            once = await ask(assisted, "clone", **request, file="once.wav", consent=True)
            assert once["registered_as"] is None
            keeping = {**request, "consent": True, "keep_as": "MCP Ada"}
            await refusal(assisted, "clone", **keeping, file="../out.wav")
            await refusal(assisted, "speak", text=TEXT, file="no.wav", voice="mcp_ada")  # not kept
            kept = await ask(assisted, "clone", **keeping, file="kept.wav")
            assert kept["registered_as"] == "mcp_ada"
            again = await ask(assisted, "speak", text=TEXT, file="again.wav", voice="mcp_ada")
            assert again["seconds"] > 1

    run(scenario)
    assert client.get("/voice/mcp_ada").json()["consent"] is True
    client.delete("/voice/mcp_ada")
    assert not (tmp_path / "no.wav").exists()


def test_nothing_is_overwritten_in_silence(service: RunningService, tmp_path: Path) -> None:
    (tmp_path / "taken.wav").write_bytes(b"mine")

    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as client:
            request = {"text": TEXT, "file": "taken.wav"}
            assert "is there already" in await refusal(client, "speak", **request)
            assert (tmp_path / "taken.wav").read_bytes() == b"mine"
            failed = await refusal(client, "speak", text="...", file="taken.wav", overwrite=True)
            assert "said aloud" in failed
            assert (tmp_path / "taken.wav").read_bytes() == b"mine"
            said = await ask(client, "speak", **request, overwrite=True)
            _, rate = soundfile.read(io.BytesIO((tmp_path / "taken.wav").read_bytes()))
            assert rate
            assert said["file"].endswith("taken.wav")
            await refusal(client, "speak", text="...", file="new.wav")

    run(scenario)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.wav"]


def test_no_name_leads_out_of_the_folder(service: RunningService, tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.wav").write_bytes(b"secret")
    (folder / "link").symlink_to(outside)
    (folder / "linked.wav").symlink_to(outside / "secret.wav")
    os.mkfifo(folder / "pipe.wav")
    names = [
        *("../outside/a.wav", "a/../../outside/a.wav", str(outside / "a.wav"), "link/a.wav"),
        *("~/a.wav", ".hidden.wav", "a/.ssh/b.wav", "", ".", "a.txt", "a", "C:\\a.wav", "a\0.wav"),
        *("x" * 300 + ".wav", "linked.wav", "pipe.wav", "a\n.wav"),
    ]

    async def scenario() -> None:
        async with assistant(service.url, folder) as client:
            for name in names:
                if name == "~/a.wav":  # an ordinary name here: nothing is expanded
                    continue
                await refusal(client, "speak", text="Hi.", file=name, overwrite=True)
            for name in ("../outside/secret.wav", "linked.wav", "link/secret.wav", "pipe.wav"):
                told = await refusal(
                    client, "clone", text="Hi.", recording=name, file="b.wav", consent=True
                )
                assert "secret" not in told.replace(name, "")
            await ask(client, "speak", text="Hi.", file="~/a.wav")

    run(scenario)
    assert [path.name for path in outside.iterdir()] == ["secret.wav"]
    assert (outside / "secret.wav").read_bytes() == b"secret"
    assert (folder / "~" / "a.wav").exists()


def test_what_cannot_be_done_is_told_in_words(service: RunningService, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as client:
            for arguments, word in (
                ({"voice": "nobody"}, "list_voices"),
                ({"language": "sv"}, "'sv'"),
                ({"voice": "EN-US", "language": "fr"}, "EN-US"),
                ({"speed": 9}, "speed"),
            ):
                asked = {"text": TEXT, "file": "a.wav"} | arguments
                assert word in await refusal(client, "speak", **asked)
            assert "aloud" in await refusal(client, "speak", text="…", file="a.wav")
            assert "no audio" in (await refusal(client, "status", audio_id="x")).lower()

    run(scenario)
    assert list(tmp_path.iterdir()) == []


def test_who_does_not_want_it_any_more_stops_the_work(
    service: RunningService, client: httpx.Client, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with assistant(service.url, tmp_path) as assisted:
            long = {"text": PARAGRAPH * 40, "file": "long.wav"}
            with pytest.raises(mcp.MCPError):
                await assisted.call_tool("speak", long, read_timeout_seconds=3)
            await asyncio.to_thread(wait_until_all_ended, client)

    run(scenario)
    assert "cancelled" in {one["status"] for one in client.get("/jobs").json()["jobs"]}
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_is_away_is_told_and_found_again(tmp_path: Path) -> None:
    log = tmp_path / "log"

    async def scenario() -> None:
        url = f"http://127.0.0.1:{free_port()}"
        async with assistant(url, tmp_path / "f", log=log) as client:
            assert "no Phonex answers" in await refusal(client, "status")
            assert "no Phonex answers" in await refusal(client, "speak", text="Hi.", file="a.wav")

    run(scenario)
    assert "Traceback" not in log.read_text()
    assert list((tmp_path / "f").glob("*")) == []


def test_two_keys_have_their_own_voices(keyed: Keyed, tmp_path: Path, recording: bytes) -> None:
    (tmp_path / "ada.wav").write_bytes(recording)
    url = keyed.service.url

    async def scenario() -> None:
        async with assistant(url, tmp_path) as nobody:
            assert "API key" in await refusal(nobody, "list_voices")
        async with (
            assistant(url, tmp_path, "--api-key", keyed.keys["ada"]) as ada,
            assistant(url, tmp_path, "--api-key", keyed.keys["bob"]) as bob,
        ):
            made = await ask(
                ada, "clone", text=TEXT, recording="ada.wav", file="clone.wav",
                consent=True, keep_as="Hers",
            )  # fmt: skip
            for client, there in ((ada, True), (bob, False)):
                voices = (await ask(client, "list_voices"))["result"]
                assert any(one["name"] == "hers" for one in voices) is there
            told = await refusal(bob, "speak", text=TEXT, file="bob.wav", voice="hers")
            assert "no voice 'hers'" in told
            await refusal(bob, "status", audio_id=made["audio_id"])

    run(scenario)
