"""One class for each type of problem that the service names.

A test of the project keeps them in step with `serve_app/problems.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from phonex_client.errors import ProblemError

PREFIX = "urn:phonex:problem:"


class AudioCancelled(ProblemError):
    """The job was cancelled."""

    type = PREFIX + "audio-cancelled"
    status = 410


class AudioFailed(ProblemError):
    """The audio could not be made."""

    type = PREFIX + "audio-failed"
    status = 410


class AudioNotFound(ProblemError):
    """There is no such audio."""

    type = PREFIX + "audio-not-found"
    status = 404


class AudioNotReady(ProblemError):
    """The audio is not ready yet."""

    type = PREFIX + "audio-not-ready"
    status = 409


class AudioTooLong(ProblemError):
    """The recording exceeds the limits."""

    type = PREFIX + "audio-too-long"
    status = 422


class BadRequest(ProblemError):
    """The request cannot be read."""

    type = PREFIX + "bad-request"
    status = 400


class BatchNotFound(ProblemError):
    """There is no such batch."""

    type = PREFIX + "batch-not-found"
    status = 404


class BatchNotReady(ProblemError):
    """The batch is not finished yet."""

    type = PREFIX + "batch-not-ready"
    status = 409


class BatchesExceeded(ProblemError):
    """You have too many unfinished batches."""

    type = PREFIX + "batches-exceeded"
    status = 429


class BodyTooLarge(ProblemError):
    """The request body is too large."""

    type = PREFIX + "body-too-large"
    status = 413


class CallbackRefused(ProblemError):
    """That address is not told of jobs."""

    type = PREFIX + "callback-refused"
    status = 422


class CaptionsNotFound(ProblemError):
    """The audio has no captions."""

    type = PREFIX + "captions-not-found"
    status = 404


class ConsentNotFound(ProblemError):
    """There is no such consent."""

    type = PREFIX + "consent-not-found"
    status = 404


class ConsentRequired(ProblemError):
    """The speaker's consent must be stated."""

    type = PREFIX + "consent-required"
    status = 422


class EmbeddingMismatch(ProblemError):
    """The voice was registered with another engine."""

    type = PREFIX + "embedding-mismatch"
    status = 422


class EngineError(ProblemError):
    """The engine failed."""

    type = PREFIX + "engine-error"
    status = 500


class EngineUnavailable(ProblemError):
    """The engine cannot serve now."""

    type = PREFIX + "engine-unavailable"
    status = 503


class Forbidden(ProblemError):
    """The API key is for something else."""

    type = PREFIX + "forbidden"
    status = 403


class ForeignOrigin(ProblemError):
    """A page of another origin may not do this."""

    type = PREFIX + "foreign-origin"
    status = 403


class IdempotencyConflict(ProblemError):
    """The idempotency key was used for another request."""

    type = PREFIX + "idempotency-conflict"
    status = 422


class InternalError(ProblemError):
    """Something broke on our side."""

    type = PREFIX + "internal-error"
    status = 500


class InvalidPronunciation(ProblemError):
    """A pronunciation cannot be read."""

    type = PREFIX + "invalid-pronunciation"
    status = 422


class InvalidRequest(ProblemError):
    """The request is not valid."""

    type = PREFIX + "invalid-request"
    status = 422


class InvalidSsml(ProblemError):
    """The SSML cannot be read."""

    type = PREFIX + "invalid-ssml"
    status = 422


class KeyBodiesExceeded(ProblemError):
    """Your key has too many request bodies on their way."""

    type = PREFIX + "key-bodies-exceeded"
    status = 429


class KeyConcurrencyExceeded(ProblemError):
    """Your key has too many unfinished jobs."""

    type = PREFIX + "key-concurrency-exceeded"
    status = 429


class KeyRateExceeded(ProblemError):
    """Your key has sent too many characters."""

    type = PREFIX + "key-rate-exceeded"
    status = 429


class MethodNotAllowed(ProblemError):
    """The route knows other methods."""

    type = PREFIX + "method-not-allowed"
    status = 405


class ModelNotFound(ProblemError):
    """There is no such model."""

    type = PREFIX + "model-not-found"
    status = 404


class PreconditionFailed(ProblemError):
    """What is there is another version."""

    type = PREFIX + "precondition-failed"
    status = 412


class PronunciationsUnsupported(ProblemError):
    """The engine takes no pronunciations in this language."""

    type = PREFIX + "pronunciations-unsupported"
    status = 422


class QueueFull(ProblemError):
    """Too much work is queued."""

    type = PREFIX + "queue-full"
    status = 429


class RangeNotSatisfiable(ProblemError):
    """The range lies beyond the file."""

    type = PREFIX + "range-not-satisfiable"
    status = 416


class RequestTimeout(ProblemError):
    """The request took too long."""

    type = PREFIX + "request-timeout"
    status = 408


class RouteNotFound(ProblemError):
    """There is no such route."""

    type = PREFIX + "route-not-found"
    status = 404


class RunnerDied(ProblemError):
    """The job was given up."""

    type = PREFIX + "runner-died"
    status = 500


class ServiceStarting(ProblemError):
    """The service is starting."""

    type = PREFIX + "service-starting"
    status = 503


class ServiceUnavailable(ProblemError):
    """The service cannot answer now."""

    type = PREFIX + "service-unavailable"
    status = 503


class StorageFull(ProblemError):
    """There is no room left to store audio."""

    type = PREFIX + "storage-full"
    status = 507


class StoreUnavailable(ProblemError):
    """The store cannot be reached."""

    type = PREFIX + "store-unavailable"
    status = 503


class TextTooLong(ProblemError):
    """The text is too long."""

    type = PREFIX + "text-too-long"
    status = 422


class TooManyRequests(ProblemError):
    """Too many requests at once."""

    type = PREFIX + "too-many-requests"
    status = 429


class Unauthorized(ProblemError):
    """A valid API key is needed."""

    type = PREFIX + "unauthorized"
    status = 401


class UnknownHost(ProblemError):
    """The service has another name."""

    type = PREFIX + "unknown-host"
    status = 421


class UnknownLanguage(ProblemError):
    """The language is not served."""

    type = PREFIX + "unknown-language"
    status = 422


class UnknownSpeaker(ProblemError):
    """The language has no such speaker."""

    type = PREFIX + "unknown-speaker"
    status = 422


class UnreadableAudio(ProblemError):
    """The recording cannot be read."""

    type = PREFIX + "unreadable-audio"
    status = 422


class UnreadableVoice(ProblemError):
    """The stored voice is damaged: register it again."""

    type = PREFIX + "unreadable-voice"
    status = 500


class UnreadableVoiceFile(ProblemError):
    """The voice file cannot be read."""

    type = PREFIX + "unreadable-voice-file"
    status = 422


class UnspeakableText(ProblemError):
    """Nothing in the text can be said."""

    type = PREFIX + "unspeakable-text"
    status = 422


class UnsupportedAudio(ProblemError):
    """The recording's format is not accepted."""

    type = PREFIX + "unsupported-audio"
    status = 415


class UnsupportedMediaType(ProblemError):
    """The route does not read this media type."""

    type = PREFIX + "unsupported-media-type"
    status = 415


class UnusableSpeech(ProblemError):
    """No voice can be learnt from the recording."""

    type = PREFIX + "unusable-speech"
    status = 422


class VerificationsExceeded(ProblemError):
    """You have had too many recordings looked at."""

    type = PREFIX + "verifications-exceeded"
    status = 429


class VoiceNameTaken(ProblemError):
    """A voice has this name already."""

    type = PREFIX + "voice-name-taken"
    status = 409


class VoiceNotFound(ProblemError):
    """There is no such voice."""

    type = PREFIX + "voice-not-found"
    status = 404


BY_TYPE: Mapping[str, type[ProblemError]] = {
    problem.type: problem for problem in ProblemError.__subclasses__()
}
