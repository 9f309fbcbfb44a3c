"""The client of the HTTP contract as the command line has it: answers as they came, and every
failure in one sentence that says what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx

import phonex_client
from phonex_client import (
    ConnectionLost,
    PhonexError,
    ProblemError,
    Retries,
    ServiceUnreachable,
    UnexpectedAnswer,
)
from phonex_client.problems import BatchNotFound, Unauthorized

PATIENCE = Retries(patience_s=30.0, longest_pause_s=2.0)


class ClientError(Exception):
    """The server refused, or could not be reached; the message is for people."""


class Away(ClientError):
    """It could not be reached, or cannot answer now: the same may work later."""


class Gone(ClientError):
    """The batch is not there, or is there no more."""


class Client:
    """Talks to a running Phonex. What it refuses, or that it cannot be reached, is a `ClientError`
    of every method."""

    def __init__(self, url: str, api_key: str | None = None, timeout_s: float = 120.0) -> None:
        self.url = without_password(url)  # which is told
        with in_words(self.url):
            self._phonex = phonex_client.Client(
                url, api_key or "", timeout_s=timeout_s, retries=PATIENCE
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._phonex.close()

    def health(self) -> dict[str, Any]:
        with in_words(self.url):
            return self._phonex.health().raw

    def speak(
        self, body: Mapping[str, Any], on_progress: Callable[[int, int], None]
    ) -> tuple[dict[str, Any], bytes]:
        """Submit a text, follow its progress, download the audio.

        Args:
            body: a `/clone` request where it has a `voice_id`, else a `/tts` request.
        Returns:
            The finished job, and its file.
        """
        with in_words(self.url):
            speech = self._phonex.speak(
                **_arguments(body),
                on_progress=lambda job: on_progress(job.pieces_done, job.pieces_total),
            )
        return speech.job.raw, speech.audio

    def stream(
        self, body: Mapping[str, Any], on_audio_id: Callable[[str], None]
    ) -> Iterator[bytes]:
        """Submit a text, and get its audio as it is made; where the connection breaks, from the
        byte on that is missing.

        Args:
            body: as in `speak`.
            on_audio_id: called with the job's id once it is known.
        """
        with in_words(self.url), self._phonex.stream(**_arguments(body)) as stream:
            on_audio_id(stream.audio_id)
            yield from stream

    def read(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """How a text will be said; `body` is a `/tts/read` request."""
        with in_words(self.url):
            return self._phonex.read(**body).raw

    def verify(self, file: Path) -> dict[str, Any]:
        """Whether a recording is speech of this service."""
        with in_words(self.url):
            return self._phonex.verify(file).raw

    def get_captions(self, audio_id: str, form: str) -> bytes:
        """Captions of finished audio; `form` is vtt, srt or json."""
        with in_words(self.url):
            return self._phonex.request("GET", f"/audio/{audio_id}/captions.{form}").content

    def create_batch(self, body: bytes, key: str) -> dict[str, Any]:
        """Raises Gone where the batch that this key stands for was deleted.

        Args:
            body: a `/batch` request, in JSON.
            key: the same key and body are the same batch, however often they are sent.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._json("POST", "/batch", "batch_id", content=body, headers=headers)

    def get_batch(self, batch_id: str, **asked: float) -> dict[str, Any]:
        """`asked` are the parameters of GET /batch/{id}."""
        params = {name: f"{value:g}" for name, value in asked.items()}
        return self._json("GET", f"/batch/{batch_id}", "state", params=params)

    def delete_batch(self, batch_id: str) -> None:
        with in_words(self.url):
            self._phonex.request("DELETE", f"/batch/{batch_id}")

    def download(self, path: str, file: IO[bytes], **asked: str) -> None:
        """Write what a path answers to a file, a chunk after the other."""
        with in_words(self.url), self._phonex.open("GET", path, params=asked) as response:
            for chunk in response.iter_bytes():
                file.write(chunk)

    def list_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One page; `asked` are the parameters of GET /jobs."""
        with in_words(self.url):
            return self._phonex.jobs(**asked).raw

    def get_job(self, job_id: str) -> dict[str, Any]:
        with in_words(self.url):
            return self._phonex.job(job_id).raw

    def delete_audio(self, audio_id: str) -> str:
        """Cancels an unfinished job; what was done, in words."""
        with in_words(self.url):
            return self._phonex.delete_audio(audio_id)

    def add_voice(
        self, name: str, samples: Sequence[Path], *, consent: bool = False
    ) -> dict[str, Any]:
        with in_words(self.url):
            return self._phonex.register_voice(name, samples, consent=consent).raw

    def export_voice(self, voice_id: str) -> bytes:
        """A voice file."""
        with in_words(self.url):
            return self._phonex.export_voice(voice_id)

    def import_voice(self, file: Path, name: str, *, consent: bool) -> dict[str, Any]:
        """The voice of a voice file; by its own name where none is given."""
        with in_words(self.url):
            return self._phonex.import_voice(file, name, consent=consent).raw

    def list_voices(self) -> list[dict[str, Any]]:
        with in_words(self.url):
            return [voice.raw for voice in self._phonex.voices()]

    def remove_voice(self, voice_id: str) -> None:
        with in_words(self.url):
            self._phonex.delete_voice(voice_id)

    def _json(self, method: str, path: str, member: str, **request: Any) -> dict[str, Any]:
        """A JSON answer that has this member."""
        with in_words(self.url):
            answer = self._phonex.request(method, path, **request)
            return json_of(answer, member)


def without_password(url: str) -> str:
    return re.sub(r"(?<=//)[^/?#]*@", "", url.rstrip("/"))


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Raises a ClientError for what a client of the service at this address raises."""
    try:
        yield
    except Unauthorized as error:
        raise ClientError(
            f"{url} asks for an API key, and knows none like yours. Set PHONEX_API_KEY or "
            "pass --api-key; who runs the service makes one with `phonex keys add NAME`."
        ) from error
    except ServiceUnreachable:
        raise Away(
            f"no Phonex answers at {url}. Start one with `phonex serve`, or name it with --server."
        ) from None
    except UnexpectedAnswer as error:
        raise ClientError(
            f"what answers at {url} is no Phonex: {error}. Name one with --server."
        ) from error
    except BatchNotFound as error:
        raise Gone(str(error)) from error
    except PhonexError as error:
        raise _family(error)(str(error)) from error


def json_of(response: httpx.Response, member: str) -> dict[str, Any]:
    """A JSON answer that has this member.

    Raises:
        UnexpectedAnswer: it is none.
    """
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or member not in answer:
        raise UnexpectedAnswer(f"the service answered without {member!r}")
    return answer


def _family(error: Exception) -> type[ClientError]:
    if isinstance(error, ProblemError):
        away = error.status >= 500 or error.status == httpx.codes.TOO_MANY_REQUESTS
        return Away if away else ClientError
    return Away if isinstance(error, ConnectionLost) else ClientError


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body's fields as the client takes them."""
    how = {name: value for name, value in body.items() if name != "voice_id"}
    return how | {"voice": body.get("voice_id")}
