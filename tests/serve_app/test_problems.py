"""Every error has a stable type and a status, and shows nothing of our insides."""

from __future__ import annotations

import inspect
import json
from types import ModuleType

import pytest

from engines import errors as engine_errors
from serve_app import errors as service_errors
from serve_app.problems import (
    BY_NAME,
    BY_STATUS,
    INTERNAL,
    PROBLEMS,
    RETRY_AFTER_S,
    TYPE_PREFIX,
    detail_of,
    kind_of,
)
from serve_app.store import errors as store_errors
from serve_app.web.problem_answers import error_response

# Clients match on these. One may be added; one that is renamed or removed breaks them.
TYPES = {
    "audio-cancelled": 410,
    "audio-failed": 410,
    "audio-not-found": 404,
    "captions-not-found": 404,
    "audio-not-ready": 409,
    "audio-too-long": 422,
    "bad-request": 400,
    "batch-not-found": 404,
    "batch-not-ready": 409,
    "batches-exceeded": 429,
    "body-too-large": 413,
    "embedding-mismatch": 422,
    "engine-error": 500,
    "engine-unavailable": 503,
    "forbidden": 403,
    "foreign-origin": 403,
    "idempotency-conflict": 422,
    "internal-error": 500,
    "invalid-request": 422,
    "invalid-ssml": 422,
    "key-concurrency-exceeded": 429,
    "key-bodies-exceeded": 429,
    "key-rate-exceeded": 429,
    "method-not-allowed": 405,
    "queue-full": 429,
    "precondition-failed": 412,
    "range-not-satisfiable": 416,
    "request-timeout": 408,
    "route-not-found": 404,
    "runner-died": 500,
    "service-starting": 503,
    "service-unavailable": 503,
    "storage-full": 507,
    "store-unavailable": 503,
    "text-too-long": 422,
    "too-many-requests": 429,
    "unauthorized": 401,
    "unknown-host": 421,
    "verifications-exceeded": 429,
    "callback-refused": 422,
    "unknown-language": 422,
    "unknown-speaker": 422,
    "unreadable-audio": 422,
    "unreadable-voice-file": 422,
    "unreadable-voice": 500,
    "unspeakable-text": 422,
    "unsupported-audio": 415,
    "unsupported-media-type": 415,
    "unusable-speech": 422,
    "consent-not-found": 404,
    "consent-required": 422,
    "invalid-pronunciation": 422,
    "pronunciations-unsupported": 422,
    "voice-name-taken": 409,
    "model-not-found": 404,
    "voice-not-found": 404,
}
SECRETS = ("postgresql://phonex:hunter2@10.0.0.7:5432/phonex", "/srv/phonex/data/phonex.db")


def classes(module: ModuleType) -> list[type[Exception]]:
    found = [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Exception) and value.__module__ == module.__name__
    ]
    assert len(found) > 5
    return found


def body_of(error: Exception) -> dict[str, object]:
    body: dict[str, object] = json.loads(bytes(error_response(error, "id-1").body))
    return body


def test_types_and_their_statuses_are_stable() -> None:
    assert {name: kind.status for name, kind in BY_NAME.items()} == TYPES
    assert len({kind.type for kind in BY_NAME.values()}) == len(BY_NAME)
    assert all(kind.type == TYPE_PREFIX + name for name, kind in BY_NAME.items())


@pytest.mark.parametrize(
    "family", [*classes(engine_errors), *classes(service_errors), *classes(store_errors)]
)
def test_every_error_has_a_kind(family: type[Exception]) -> None:
    if family is service_errors.ServiceError:  # never raised itself
        return
    kind = kind_of(family("what happened"))
    if family is engine_errors.AudioError:
        assert kind.name == "engine-error"
        return
    assert kind is not INTERNAL
    if issubclass(family, service_errors.ServiceError):
        assert family in PROBLEMS  # each service error is named by cause, none by its parent


@pytest.mark.parametrize("status", [400, 404, 405, 408, 413, 415, 429, 500, 503])
def test_errors_of_the_framework_have_their_own_status(status: int) -> None:
    assert BY_STATUS[status].status == status


@pytest.mark.parametrize("family", [*classes(store_errors), engine_errors.EngineUnavailable])
@pytest.mark.parametrize("secret", SECRETS)
def test_errors_of_stores_and_engines_tell_no_insides(family: type[Exception], secret: str) -> None:
    if family in (store_errors.VoiceNameTaken, store_errors.IdempotencyConflict):
        return  # their words are ours, and for the client
    detail = detail_of(family(f"cannot reach {secret}"))
    for inside in (secret, "hunter2", "/", "@", "://"):
        assert inside not in detail


@pytest.mark.parametrize("error", [KeyError("secret"), OSError(2, "no", SECRETS[1]),
                                   UnicodeEncodeError("utf-8", "secret", 0, 1, "no")])  # fmt: skip
def test_a_bug_tells_nothing_but_the_request_id(error: Exception) -> None:
    body = body_of(error)
    assert body["status"] == 500
    assert body["type"] == INTERNAL.type
    assert body["request_id"] == "id-1"
    assert "secret" not in json.dumps(body)
    assert "/" not in str(body["detail"])


def test_what_clients_can_act_on_is_said_in_words() -> None:
    taken = store_errors.VoiceNameTaken("a voice named 'Ada' exists: choose another name")
    assert "choose another name" in detail_of(taken)
    assert detail_of(engine_errors.UnknownLanguage("Served: EN.")) == "Served: EN."


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (service_errors.QueueFull("full", retry_after_s=12.2), "13"),
        (service_errors.QueueFull("full", retry_after_s=0.0), "1"),
        (service_errors.QueueFull("full"), "2"),
        (service_errors.ServiceStarting("starting"), "2"),
        (service_errors.BodyTimeout("slow"), "1"),
        (store_errors.StoreUnavailable("away"), "2"),
        (store_errors.StorageFull("full"), "60"),
        (engine_errors.EngineUnavailable("away"), "2"),
        (service_errors.AudioNotReady("not yet", retry_after_s=1.0), "1"),
        (service_errors.AudioNotFound("none"), None),
        (service_errors.InvalidRequest("no"), None),
        (KeyError("bug"), None),
    ],
)
def test_retry_after_stands_where_trying_again_can_help(
    error: Exception, seconds: str | None
) -> None:
    assert error_response(error, "id").headers.get("retry-after") == seconds


def test_every_refusal_that_passes_by_itself_has_a_time() -> None:
    passing = {kind.status for kind in BY_NAME.values()} & {408, 429, 503, 507}
    assert passing == set(RETRY_AFTER_S)


def test_extensions_stand_beside_the_standard_members() -> None:
    body = body_of(service_errors.TextTooLong("too long", limit_chars=10))
    assert body["limit_chars"] == 10
    assert set(body) == {"type", "title", "status", "detail", "request_id", "limit_chars"}


def test_a_range_beyond_the_file_names_its_size() -> None:
    answer = error_response(service_errors.RangeNotSatisfiable("beyond", size_bytes=9), "id")
    assert answer.headers["content-range"] == "bytes */9"


@pytest.mark.parametrize(
    ("name", "status"),
    [("unspeakable-text", 422), ("runner-died", 500), ("of-an-older-release", 410)],
)
def test_a_job_that_failed_is_answered_as_its_failure(name: str, status: int) -> None:
    error = service_errors.AudioFailed("why", kind=name)
    assert kind_of(error).status == status


def test_an_odd_text_in_an_error_can_be_sent() -> None:
    body = body_of(service_errors.InvalidRequest("body.\ud800: not allowed", errors=["\udfff"]))
    assert body["status"] == 422
