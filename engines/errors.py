"""What can go wrong in an engine, named by cause.

Every error keeps one message for the person who sent the request. They travel between
processes, so each must survive pickling: one positional argument, the message.
"""


class EngineError(Exception):
    """The family of all errors an engine raises or returns."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WorkerLost(EngineError):
    """The process that worked on it died, or took too long and was killed."""


class UnknownLanguage(EngineError):
    """The engine does not speak this language."""


class UnknownSpeaker(EngineError):
    """The language is known, the speaker is not."""


class UnspeakableText(EngineError):
    """Nothing in the text can be said aloud."""


class InvalidSsml(EngineError):
    """A text that is said to be SSML is not, or goes beyond what is read of it."""


class PronunciationError(EngineError):
    """A word's pronunciation cannot be read: `phone` is what the language does not have."""

    def __init__(self, message: str, phone: str = "") -> None:
        super().__init__(message)
        self.phone = phone


class NoPronunciations(EngineError):
    """The engine takes no pronunciations in this language."""


class AudioError(EngineError):
    """The family of what can be wrong with a recording."""


class UnsupportedAudio(AudioError):
    """Not one of the audio formats that are accepted."""


class UnreadableAudio(AudioError):
    """An accepted format, but broken, empty or without an audio stream."""


class AudioTooLong(AudioError):
    """More seconds, channels or samples a second than the limits allow."""


class UnusableSpeech(AudioError):
    """Readable audio that no voice can be learnt from: silent, too short, not finite."""


class EmbeddingMismatch(EngineError):
    """The embedding was made by another engine, or by another version of this one."""


class EngineUnavailable(EngineError):
    """The engine is not installed, has no weights, or its workers keep dying."""


class OutOfMemory(EngineUnavailable):
    """Less memory than the piece needs, now: another attempt may find more."""
