"""A typed client of Phonex: text to speech and voice cloning over HTTP.

from phonex_client import Client

with Client("http://127.0.0.1:8000") as phonex:
    phonex.speak("The tide is high.", format="mp3").save("tide.mp3")
"""

from phonex_client.answers import (
    Accepted,
    AcceptedBatch,
    AudioQuality,
    Batch,
    BatchItem,
    BatchPage,
    DeletedVoice,
    Evidence,
    Health,
    ItemProblem,
    Job,
    JobPage,
    MarkTime,
    Phones,
    Provenance,
    Reading,
    ReadWord,
    SampleQuality,
    Similarity,
    Speech,
    Verification,
    Voice,
    WordTime,
)
from phonex_client.async_client import AsyncClient
from phonex_client.batch_calls import BatchFormat, BatchText
from phonex_client.calls import AudioFormat, Manner
from phonex_client.client import Client
from phonex_client.errors import (
    BadAddress,
    BadKey,
    ConnectionLost,
    PhonexError,
    ProblemError,
    ServiceUnreachable,
    UnexpectedAnswer,
    Unsendable,
    WaitTimeout,
)
from phonex_client.retries import Retries
from phonex_client.streams import AsyncAudioStream, AudioStream
from phonex_client.uploads import Recording
from phonex_client.version import __version__

__all__ = [
    "Accepted",
    "AcceptedBatch",
    "AsyncAudioStream",
    "AsyncClient",
    "AudioFormat",
    "AudioQuality",
    "AudioStream",
    "BadAddress",
    "BadKey",
    "Batch",
    "BatchFormat",
    "BatchItem",
    "BatchPage",
    "BatchText",
    "Client",
    "ConnectionLost",
    "DeletedVoice",
    "Evidence",
    "Health",
    "ItemProblem",
    "Job",
    "JobPage",
    "Manner",
    "MarkTime",
    "Phones",
    "PhonexError",
    "ProblemError",
    "Provenance",
    "ReadWord",
    "Reading",
    "Recording",
    "Retries",
    "SampleQuality",
    "ServiceUnreachable",
    "Similarity",
    "Speech",
    "UnexpectedAnswer",
    "Unsendable",
    "Verification",
    "Voice",
    "WaitTimeout",
    "WordTime",
    "__version__",
]
