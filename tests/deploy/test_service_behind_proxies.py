"""A real service behind nginx, Caddy and PHP: speech, sockets and pages as without them."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.deploy.proxies import running_proxy
from tests.running import RunningService

SOCKET = "/v1/audio/speech/stream"


def test_a_whole_clone_passes_through_it(
    kind: str, service: RunningService, recording: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    field = "voice_sample[]" if kind.startswith("php") else "voice_sample"
    with (
        running_proxy(kind, tmp_path_factory.mktemp(kind), f"127.0.0.1:{service.port}") as url,
        httpx.Client(base_url=url, timeout=90) as client,
    ):
        registered = client.post(
            "/voice/register",
            data={"voice_name": f"through {kind}"},
            files=[(field, ("a.wav", recording)), (field, ("b.wav", recording))],
        )
        assert registered.status_code == 200, registered.text
        voice_id = registered.json()["voice_id"]
        assert len(registered.json()["quality"]) == 2
        accepted = client.post(
            "/clone",
            json={"text": "Heard through a proxy.", "voice_id": voice_id},
            headers={"Prefer": "respond-async"},
        )
        assert accepted.status_code == 202, accepted.text
        prefix = urlsplit(url).path
        assert accepted.headers["location"] == f"{prefix}/status/{accepted.json()['audio_id']}"
        state = client.get(accepted.json()["status_url"], params={"wait": 60})
        assert state.json()["status"] == "completed"
        audio_url = accepted.json()["audio_url"]
        whole = client.get(audio_url)
        assert whole.status_code == 200
        part = client.get(audio_url, headers={"Range": "bytes=100-299"})
        assert part.status_code == 206
        assert part.content == whole.content[100:300]
        assert part.headers["content-range"] == f"bytes 100-299/{len(whole.content)}"
        head = client.head(audio_url)
        assert head.headers["content-length"] == str(len(whole.content))
        same = client.get(audio_url, headers={"If-None-Match": whole.headers["etag"]})
        assert same.status_code == 304
        heard = client.post("/tts", json={"text": "Heard meanwhile.", "stream": True})
        assert client.get(f"/audio/{heard.headers['x-audio-id']}").status_code == 200
        assert client.delete(audio_url).status_code == 200
        gone = client.get(audio_url)
        assert gone.status_code == 404
        assert gone.json()["type"] == "urn:phonex:problem:audio-not-found"
        assert client.delete(f"/voice/{voice_id}").status_code == 200
        for path in ("/metrics", "/docs", "/readyz", "/-/routes"):
            assert client.get(path).status_code == 404


def test_a_text_is_heard_through_it_while_it_is_written(
    kind: str, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_proxy(kind, tmp_path_factory.mktemp(kind), f"127.0.0.1:{service.port}") as url:
        address = url.replace("http", "ws", 1) + SOCKET
        if kind.startswith("php"):  # a script's answer ends, and takes nothing meanwhile
            with pytest.raises(InvalidStatus) as refused, connect(address):
                pass
            assert refused.value.response.status_code == 404
            return
        with connect(address, origin=Origin(url)) as socket:
            socket.send('{"type": "text", "text": "Heard through a proxy. And"}')
            kinds = [json.loads(socket.recv(30))["type"] for _ in range(3)]
            assert kinds == ["context.opened", "audio.start", "audio"]
            socket.send('{"type": "session.close"}')
            while json.loads(socket.recv(30))["type"] != "session.done":
                pass
        with (
            pytest.raises(InvalidStatus) as foreign,
            connect(address, origin=Origin("http://evil.example")),
        ):
            pass
        assert foreign.value.response.status_code == 403


def test_its_own_page_may_post_and_anothers_may_not(
    kind: str, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        running_proxy(kind, tmp_path_factory.mktemp(kind), f"127.0.0.1:{service.port}") as url,
        httpx.Client(base_url=url, timeout=90) as client,
    ):
        own = f"http://{urlsplit(url).netloc}"
        for origin, site, status in (
            (own, None, 200),
            (own, "same-origin", 200),
            ("http://evil.example", None, 403),
            ("http://127.0.0.1:1", None, 403),  # another port is another origin
            ("null", None, 403),
            (None, "same-site", 403),
        ):
            sent = {"Origin": origin, "Sec-Fetch-Site": site}
            headers = {name: value for name, value in sent.items() if value}
            answer = client.post("/tts", json={"text": "Mine."}, headers=headers)
            assert answer.status_code == status, (sent, answer.text)
            if status == 403:
                assert answer.json()["type"] == "urn:phonex:problem:foreign-origin"
