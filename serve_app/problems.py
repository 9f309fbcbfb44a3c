"""Errors to HTTP: the only place that knows both (RFC 9457, problem details).

Each family has one status and one stable `type`, `urn:phonex:problem:<name>`. Clients may rely on
`type`; `title` and `detail` are for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engines import errors as engine
from serve_app import errors as service
from serve_app.store import errors as store

TYPE_PREFIX = "urn:phonex:problem:"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    status: int
    name: str
    title: str

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.name


INTERNAL = ProblemKind(500, "internal-error", "Something broke on our side")
UNKNOWN_ROUTE = ProblemKind(404, "route-not-found", "There is no such route")
METHOD_NOT_ALLOWED = ProblemKind(405, "method-not-allowed", "The route knows other methods")
REQUEST_TIMEOUT = ProblemKind(408, "request-timeout", "The request took too long")
OVERLOADED = ProblemKind(429, "too-many-requests", "Too many requests at once")
UNAVAILABLE = ProblemKind(503, "service-unavailable", "The service cannot answer now")
CLIENT_ERROR = ProblemKind(400, "bad-request", "The request cannot be read")
RUNNER_DIED = ProblemKind(500, "runner-died", "The job was given up")  # as the records call it
PRONUNCIATIONS_UNSUPPORTED = ProblemKind(
    422, "pronunciations-unsupported", "The engine takes no pronunciations in this language"
)

PROBLEMS: Mapping[type[Exception], ProblemKind] = {
    service.InvalidRequest: ProblemKind(422, "invalid-request", "The request is not valid"),
    service.TextTooLong: ProblemKind(422, "text-too-long", "The text is too long"),
    service.InvalidPronunciation: ProblemKind(
        422, "invalid-pronunciation", "A pronunciation cannot be read"
    ),
    service.PronunciationsUnsupported: PRONUNCIATIONS_UNSUPPORTED,
    service.UnsupportedMediaType: ProblemKind(
        415, "unsupported-media-type", "The route does not read this media type"
    ),
    service.BodyTooLarge: ProblemKind(413, "body-too-large", "The request body is too large"),
    service.BodyTimeout: REQUEST_TIMEOUT,
    service.ConsentRequired: ProblemKind(
        422, "consent-required", "The speaker's consent must be stated"
    ),
    service.Unauthorized: ProblemKind(401, "unauthorized", "A valid API key is needed"),
    service.Forbidden: ProblemKind(403, "forbidden", "The API key is for something else"),
    service.ForeignOrigin: ProblemKind(
        403, "foreign-origin", "A page of another origin may not do this"
    ),
    service.UnknownHost: ProblemKind(421, "unknown-host", "The service has another name"),
    service.BadRequest: CLIENT_ERROR,
    service.KeyConcurrencyExceeded: ProblemKind(
        429, "key-concurrency-exceeded", "Your key has too many unfinished jobs"
    ),
    service.KeyBodiesExceeded: ProblemKind(
        429, "key-bodies-exceeded", "Your key has too many request bodies on their way"
    ),
    service.KeyRateExceeded: ProblemKind(
        429, "key-rate-exceeded", "Your key has sent too many characters"
    ),
    service.VerificationsExceeded: ProblemKind(
        429, "verifications-exceeded", "You have had too many recordings looked at"
    ),
    service.CallbackRefused: ProblemKind(
        422, "callback-refused", "That address is not told of jobs"
    ),
    service.ModelNotFound: ProblemKind(404, "model-not-found", "There is no such model"),
    service.ConsentNotFound: ProblemKind(404, "consent-not-found", "There is no such consent"),
    service.VoiceNotFound: ProblemKind(404, "voice-not-found", "There is no such voice"),
    service.UnreadableVoiceFile: ProblemKind(
        422, "unreadable-voice-file", "The voice file cannot be read"
    ),
    service.AudioNotFound: ProblemKind(404, "audio-not-found", "There is no such audio"),
    service.CaptionsNotFound: ProblemKind(404, "captions-not-found", "The audio has no captions"),
    service.AudioNotReady: ProblemKind(409, "audio-not-ready", "The audio is not ready yet"),
    service.AudioFailed: ProblemKind(410, "audio-failed", "The audio could not be made"),
    service.AudioCancelled: ProblemKind(410, "audio-cancelled", "The job was cancelled"),
    service.BatchNotFound: ProblemKind(404, "batch-not-found", "There is no such batch"),
    service.BatchNotReady: ProblemKind(409, "batch-not-ready", "The batch is not finished yet"),
    service.BatchesExceeded: ProblemKind(
        429, "batches-exceeded", "You have too many unfinished batches"
    ),
    service.PreconditionFailed: ProblemKind(
        412, "precondition-failed", "What is there is another version"
    ),
    service.QueueFull: ProblemKind(429, "queue-full", "Too much work is queued"),
    service.ServiceStarting: ProblemKind(503, "service-starting", "The service is starting"),
    service.RangeNotSatisfiable: ProblemKind(
        416, "range-not-satisfiable", "The range lies beyond the file"
    ),
    engine.UnknownLanguage: ProblemKind(422, "unknown-language", "The language is not served"),
    engine.UnknownSpeaker: ProblemKind(422, "unknown-speaker", "The language has no such speaker"),
    engine.UnspeakableText: ProblemKind(422, "unspeakable-text", "Nothing in the text can be said"),
    engine.InvalidSsml: ProblemKind(422, "invalid-ssml", "The SSML cannot be read"),
    engine.NoPronunciations: PRONUNCIATIONS_UNSUPPORTED,
    engine.UnsupportedAudio: ProblemKind(
        415, "unsupported-audio", "The recording's format is not accepted"
    ),
    engine.UnreadableAudio: ProblemKind(422, "unreadable-audio", "The recording cannot be read"),
    engine.AudioTooLong: ProblemKind(422, "audio-too-long", "The recording exceeds the limits"),
    engine.UnusableSpeech: ProblemKind(
        422, "unusable-speech", "No voice can be learnt from the recording"
    ),
    engine.EmbeddingMismatch: ProblemKind(
        422, "embedding-mismatch", "The voice was registered with another engine"
    ),
    engine.EngineUnavailable: ProblemKind(503, "engine-unavailable", "The engine cannot serve now"),
    engine.EngineError: ProblemKind(500, "engine-error", "The engine failed"),
    store.VoiceNameTaken: ProblemKind(409, "voice-name-taken", "A voice has this name already"),
    store.IdempotencyConflict: ProblemKind(
        422, "idempotency-conflict", "The idempotency key was used for another request"
    ),
    store.UnreadableEmbedding: ProblemKind(
        500, "unreadable-voice", "The stored voice is damaged: register it again"
    ),
    store.StorageFull: ProblemKind(507, "storage-full", "There is no room left to store audio"),
    store.StoreError: ProblemKind(503, "store-unavailable", "The store cannot be reached"),
}

BY_NAME: Mapping[str, ProblemKind] = {
    kind.name: kind
    for kind in (
        *PROBLEMS.values(),
        INTERNAL,
        UNKNOWN_ROUTE,
        METHOD_NOT_ALLOWED,
        REQUEST_TIMEOUT,
        OVERLOADED,
        UNAVAILABLE,
        CLIENT_ERROR,
        RUNNER_DIED,
    )
}

BY_STATUS: Mapping[int, ProblemKind] = {
    400: CLIENT_ERROR,
    404: UNKNOWN_ROUTE,
    405: METHOD_NOT_ALLOWED,
    408: REQUEST_TIMEOUT,
    413: PROBLEMS[service.BodyTooLarge],
    415: PROBLEMS[service.UnsupportedMediaType],
    429: OVERLOADED,
    500: INTERNAL,
    503: UNAVAILABLE,
}

# Kinds that may pass by themselves, and how long to wait where the error does not say.
RETRY_AFTER_S = {408: 1.0, 429: 2.0, 503: 2.0, 507: 60.0}

# A failure in a store or engine names no hosts, paths or queries to the outside.
_OPAQUE = (store.StoreError, engine.EngineUnavailable)
_OPAQUE_EXCEPT = (store.VoiceNameTaken, store.IdempotencyConflict)


def kind_of(error: Exception) -> ProblemKind:
    """The problem that stands for this error's nearest known family."""
    named = BY_NAME.get(error.kind or "") if isinstance(error, service.ServiceError) else None
    if named:
        return named
    for family in type(error).__mro__:
        if family in PROBLEMS:
            return PROBLEMS[family]
    return INTERNAL


def detail_of(error: Exception) -> str:
    """One sentence for the client; nothing of our insides."""
    if isinstance(error, service.ServiceError):
        return error.detail
    kind = kind_of(error)
    hidden = isinstance(error, _OPAQUE) and not isinstance(error, _OPAQUE_EXCEPT)
    if kind is INTERNAL or hidden:
        return f"{kind.title}. The request id leads to the cause in the service's log."
    return str(error)
