"""What the service itself refuses, named by cause. Engines and stores have their own families."""

from __future__ import annotations


class ServiceError(Exception):
    """The family of what a request can meet.

    Args:
        detail: one sentence for the person who sent the request.
        retry_after_s: when it makes sense to try again.
        kind: the problem's name, where another than the family's own fits better.
        extensions: further members of the problem document.
    """

    def __init__(
        self,
        detail: str,
        *,
        retry_after_s: float | None = None,
        kind: str | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.kind = kind
        self.extensions = extensions


class InvalidRequest(ServiceError):
    """A field is missing, malformed or out of range."""


class TextTooLong(ServiceError):
    """More characters than one request may have."""


class InvalidPronunciation(ServiceError):
    """The sound of a word is written in phones that its language does not have."""


class PronunciationsUnsupported(ServiceError):
    """The engine takes no pronunciations in this language."""


class UnsupportedMediaType(ServiceError):
    """The body is not of a type that this route reads."""


class BodyTooLarge(ServiceError):
    """More bytes than one request may have."""


class BodyTimeout(ServiceError):
    """The body did not arrive in time."""


class ConsentRequired(ServiceError):
    """A voice is to be learnt, and nobody said that the speaker consents."""


class ConsentNotFound(ServiceError):
    """No such consent, or it is someone else's."""


class ModelNotFound(ServiceError):
    """OpenAI's clients ask for a model that is not on the list."""


class Unauthorized(ServiceError):
    """No valid API key came with the request. Missing, malformed, unknown and revoked are one."""


class Forbidden(ServiceError):
    """The API key is valid, and for something else."""


class KeyConcurrencyExceeded(ServiceError):
    """The key's owner has as many unfinished jobs as it may."""


class KeyRateExceeded(ServiceError):
    """The key's owner has sent as many characters as it may for now."""


class VerificationsExceeded(ServiceError):
    """The owner has had as many recordings looked at as it may for now."""


class CallbackRefused(ServiceError):
    """A job's end is to be told to an address that the operator does not allow."""


class ForeignOrigin(ServiceError):
    """A web page that is not ours made a browser send this."""


class UnknownHost(ServiceError):
    """The request is for a host name that the service does not go by."""


class BadRequest(ServiceError):
    """The request contradicts HTTP itself."""


class KeyBodiesExceeded(ServiceError):
    """As many requests with one key as may are still sending their bodies."""


class VoiceNotFound(ServiceError):
    """No such voice, or it is someone else's."""


class UnreadableVoiceFile(ServiceError):
    """What should be a voice file is none, is damaged, or is of a newer release."""


class AudioNotFound(ServiceError):
    """No such audio, or it is someone else's, deleted or past its retention."""


class PreconditionFailed(ServiceError):
    """The request is for another version than the one that is there."""


class AudioNotReady(ServiceError):
    """The job that makes this audio has not ended."""


class CaptionsNotFound(ServiceError):
    """Nobody knows when the words of this audio are heard."""


class AudioFailed(ServiceError):
    """The job that was to make this audio failed."""


class AudioCancelled(ServiceError):
    """The job that was to make this audio was cancelled."""


class BatchNotFound(ServiceError):
    """No such batch, or it is someone else's, deleted or past its retention."""


class BatchNotReady(ServiceError):
    """Some of a batch's items are still to be made."""


class BatchesExceeded(ServiceError):
    """The owner has as many unfinished batches as it may."""


class QueueFull(ServiceError):
    """More work is queued than the service takes on."""


class ServiceStarting(ServiceError):
    """A stage that the request needs has no replica yet."""


class RangeNotSatisfiable(ServiceError):
    """The requested bytes lie beyond the file."""
