"""A small client of the HTTP contract, for the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from serve_app.host.exposure import is_loopback

POLL_S = 30.0  # one long poll
BREAK_S, MOST_BREAKS = 1.0, 10  # of a stream's connection, before it is given up
AUDIO_ID_HEADER = "X-Audio-Id"


class ClientError(Exception):
    """The server refused, or could not be reached; the message is for people."""


class Away(ClientError):
    """It could not be reached, or cannot answer now: the same may work later."""


class Gone(ClientError):
    """The batch is not there, or is there no more."""


class Client:
    """Talks to a running Phonex."""

    def __init__(self, url: str, api_key: str | None = None, timeout_s: float = 120.0) -> None:
        self.url = url.rstrip("/")
        options = connection(self.url, api_key)
        with through_proxy(self.url):
            self._http = httpx.Client(**options, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def health(self) -> dict[str, Any]:
        return self._json("GET", "/health", "status")

    def speak(
        self, body: dict[str, Any], on_progress: Callable[[int, int], None]
    ) -> tuple[dict[str, Any], bytes]:
        """Submit a text, follow its progress, download the audio.

        Args:
            body: a `/clone` request where it has a `voice_id`, else a `/tts` request.
        Returns:
            The finished job, and its file.
        """
        route = "/clone" if "voice_id" in body else "/tts"
        headers = {"Prefer": "respond-async"}
        job = self._json("POST", route, "audio_id", json=body, headers=headers)
        audio_id = job["audio_id"]
        while True:
            state = self._json("GET", f"/status/{audio_id}", "status", params={"wait": 0.5})
            on_progress(state["pieces_done"], state["pieces_total"])
            if state["status"] == "completed":
                return state, self._send("GET", f"/audio/{audio_id}").content
            if state["status"] in ("failed", "cancelled"):
                raise ClientError(state["error"] or f"the job was {state['status']}")

    def stream(self, body: dict[str, Any], on_audio_id: Callable[[str], None]) -> Iterator[bytes]:
        """Submit a text, and get its audio as it is made; where the connection breaks, from the
        byte on that is missing.

        Args:
            body: as in `speak`.
            on_audio_id: called with the job's id once it is known.
        """
        route = "/clone" if "voice_id" in body else "/tts"
        asked: tuple[Any, ...] = ("POST", route)
        request: dict[str, Any] = {"json": body | {"stream": True}}
        heard, broken = 0, 0
        deadline = time.monotonic() + POLL_S
        while True:
            try:
                with self._http.stream(*asked, **request) as response:
                    if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                        return  # the last byte was heard
                    if response.is_error:
                        response.read()
                        if _wait_until_free(response, deadline):
                            continue
                        self._check(response)
                    audio_id = response.headers[AUDIO_ID_HEADER]
                    on_audio_id(audio_id)
                    for chunk in response.iter_bytes():
                        heard, broken = heard + len(chunk), 0
                        yield chunk
                    return
            except httpx.ConnectError:
                if not heard:
                    raise nobody_at(self.url) from None
                broken += 1
            except httpx.HTTPError as error:
                broken += 1
                if not heard:
                    raise ClientError(f"{self.url} did not answer: {error}") from error
            if broken > MOST_BREAKS:
                raise ClientError(f"{self.url} went away after {heard:,} bytes.")
            time.sleep(BREAK_S)
            asked = ("GET", f"/audio/{audio_id}")
            request = {"params": {"stream": True}, "headers": {"Range": f"bytes={heard}-"}}

    def read(self, body: dict[str, Any]) -> dict[str, Any]:
        """How a text will be said; `body` is a `/tts/read` request."""
        return self._json("POST", "/tts/read", "words", json=body)

    def verify(self, file: Path) -> dict[str, Any]:
        """Whether a recording is speech of this service."""
        files = {"audio": (file.name, file.read_bytes())}
        return self._json("POST", "/verify", "generated", files=files)

    def get_captions(self, audio_id: str, form: str) -> bytes:
        """Captions of finished audio; `form` is vtt, srt or json."""
        return self._send("GET", f"/audio/{audio_id}/captions.{form}").content

    def list_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One page; `asked` are the parameters of GET /jobs."""
        return self._json("GET", "/jobs", "jobs", params=asked)

    def get_job(self, job_id: str) -> dict[str, Any]:
        return self._json("GET", f"/job/{quote(job_id, safe='')}", "status")

    def delete_audio(self, audio_id: str) -> str:
        """Cancels an unfinished job; what was done, in words."""
        path = f"/audio/{quote(audio_id, safe='')}"
        return str(self._json("DELETE", path, "message")["message"])

    def add_voice(
        self, name: str, samples: Sequence[Path], *, consent: bool = False
    ) -> dict[str, Any]:
        files = [("voice_sample", (path.name, path.read_bytes())) for path in samples]
        form = {"voice_name": name, "consent": str(consent).lower()}
        return self._json("POST", "/voice/register", "voice_id", data=form, files=files)

    def export_voice(self, voice_id: str) -> bytes:
        """A voice file."""
        return self._send("GET", f"/voice/{quote(voice_id, safe='')}/export").content

    def import_voice(self, file: Path, name: str, *, consent: bool) -> dict[str, Any]:
        """The voice of a voice file; by its own name where none is given."""
        form = {"voice_name": name, "consent": str(consent).lower()}
        files = {"voice_file": (file.name, file.read_bytes())}
        return self._json("POST", "/voice/import", "voice_id", data=form, files=files)

    def list_voices(self) -> list[dict[str, Any]]:
        voices: list[dict[str, Any]] = self._json("GET", "/voice/list", "items")["items"]
        return voices

    def remove_voice(self, voice_id: str) -> None:
        self._send("DELETE", f"/voice/{quote(voice_id, safe='')}")

    def _json(self, method: str, path: str, member: str, **request: Any) -> dict[str, Any]:
        """A JSON answer that has this member."""
        response = self._send(method, path, **request)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or member not in answer:
            raise ClientError(f"what answers at {self.url} is no Phonex. Name one with --server.")
        return answer

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request; waits and tries again where the server says when."""
        deadline = time.monotonic() + POLL_S
        while True:
            try:
                response = self._http.request(method, path, **request)
            except httpx.ConnectError:
                raise nobody_at(self.url) from None
            except httpx.HTTPError as error:
                raise Away(f"{self.url} did not answer: {error}") from error
            if not _wait_until_free(response, deadline):
                break
        self._check(response)
        return response

    def _check(self, response: httpx.Response) -> None:
        """Raise what an answer that is an error says."""
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise wrong_key_at(self.url)
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise _family(response)(explain(response))


def connection(url: str, api_key: str | None) -> dict[str, Any]:
    """How httpx is to ask a service.

    Raises:
        ClientError: no URL, or no key.
    """
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise ClientError("the API key has characters that no key has: copy it again.")
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        # A proxy of the environment knows nothing of this machine's own addresses.
        here = is_loopback(urlsplit(url).hostname)
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise ClientError(
            f"{url!r} is no URL: {error}. An IPv6 address stands in brackets: http://[::1]:8000."
        ) from error
    return {"base_url": url, "headers": headers, "trust_env": not here}


@contextmanager
def through_proxy(url: str) -> Iterator[None]:
    """Raises ClientError for a kind of proxy that httpx needs more for."""
    try:
        yield
    except (ImportError, ValueError) as error:
        raise ClientError(f"{url} cannot be asked through your proxy: {error}") from error


def nobody_at(url: str) -> Away:
    return Away(
        f"no Phonex answers at {url}. Start one with `phonex serve`, or name it with --server."
    )


def wrong_key_at(url: str) -> ClientError:
    return ClientError(
        f"{url} asks for an API key, and knows none like yours. Set PHONEX_API_KEY or "
        "pass --api-key; who runs the service makes one with `phonex keys add NAME`."
    )


def _family(response: httpx.Response) -> type[ClientError]:
    if response.status_code == httpx.codes.NOT_FOUND and b"batch-not-found" in response.content:
        return Gone
    away = response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS
    return Away if away else ClientError


def _wait_until_free(response: httpx.Response, deadline: float) -> bool:
    """Wait as long as a busy server says; whether it makes sense to ask again."""
    retry_after = retry_after_s(response)
    busy = response.status_code in (429, 503)
    if not busy or time.monotonic() + retry_after > deadline:
        return False
    time.sleep(max(0.5, retry_after))
    return True


def retry_after_s(response: httpx.Response) -> float:
    """What a Retry-After header asks for: a number of seconds or a date (RFC 9110, 10.2.3)."""
    retry_after = response.headers.get("Retry-After", "0")
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def explain(response: httpx.Response) -> str:
    """An answer that is an error, for people."""
    try:
        problem = response.json()
        return f"{problem['title']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"the server answered {response.status_code}"
