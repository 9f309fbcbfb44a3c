"""A voice as one file, to move it between services.

It is the embedding as safetensors, of which nothing is executed. Beside the engine's name and
version its metadata hold a card (JSON: name, report, what shows the consent), the voice as the
speaker encoder hears it, where that is known, and the SHA-256 of all of it. The hash tells a
damaged file. It is no signature: a card is as true as whoever sent it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from config.faults import faults_of
from engines.audio.quality import QualityReport
from engines.audio.sniff import identify
from engines.base import Samples, VoiceEmbedding
from engines.errors import UnreadableAudio, UnsupportedAudio
from serve_app.errors import UnreadableVoiceFile
from serve_app.fingerprint import fingerprint_of
from serve_app.store.embeddings import embedding_from_bytes, embedding_to_bytes, read_metadata
from serve_app.store.errors import UnreadableEmbedding
from serve_app.store.rows import to_json
from serve_app.store.values import Evidence, Voice
from serve_app.store.voiceprints import kept_voiceprint, read_voiceprint, voiceprint_metadata

READ_FIRST = 4_096  # bytes, which tell one kind of file from the other
SUFFIX = ".voice"
PLAIN, WITH_VOICEPRINT = "1", "2"  # formats; every release reads the first
FORMAT_KEY, CARD_KEY, HASH_KEY = "phonex_voice", "card", "sha256"
MAX_CARD_CHARS = 65_536
HEADER_AT = 8  # safetensors: a length of as many bytes, then JSON


@dataclass(frozen=True, slots=True)
class Card:
    """What a voice file tells of its voice beside the embedding."""

    name: str
    speech_seconds: Annotated[float, Field(ge=0)]
    consent: bool
    evidence: Evidence | None
    quality: list[QualityReport]  # one for each recording
    agreement: Annotated[float, Field(ge=-1, le=1)] | None = None  # cosine of the recordings


CARD: TypeAdapter[Card] = TypeAdapter(Card)


@dataclass(frozen=True, slots=True)
class VoiceFile:
    embedding: VoiceEmbedding
    card: Card
    voiceprint: Samples | None = None  # as the speaker encoder hears the voice


def write_voice_file(
    voice: Voice, embedding: VoiceEmbedding, voiceprint: Samples | None = None
) -> bytes:
    agreement = voice.quality.get("similarity", {}).get("cosine")
    card = to_json(
        {
            "name": voice.name,
            "speech_seconds": voice.speech_seconds,
            "consent": voice.consent,
            "evidence": asdict(voice.evidence) if voice.evidence else None,
            "quality": voice.quality.get("samples", []),
        }
        | ({} if agreement is None else {"agreement": agreement})
    )
    heard = voiceprint_metadata(voiceprint)
    form = WITH_VOICEPRINT if heard else PLAIN
    about = {FORMAT_KEY: form, CARD_KEY: card, HASH_KEY: _hash(form, embedding, card, heard)}
    return embedding_to_bytes(embedding, {**about, **heard})


def is_voice_file(begin: bytes) -> bool:
    """Whether a file that begins so may be one: the .pth of OpenVoice are not."""
    return begin[HEADER_AT : HEADER_AT + 1] == b"{"


def other_than_voice(begin: bytes, export: str, register: str) -> str:
    """What a file that begins so is instead of a voice file, and what to do.

    Args:
        export: what writes a voice file.
        register: what learns a voice of a recording.
    """
    if not begin:
        return "It is empty."
    try:
        identify(begin)
    except UnsupportedAudio:
        return f"{export} writes one."
    except UnreadableAudio:
        pass  # as it is cut off here
    return f"It is a recording, of which {register} learns a voice."


def read_voice_file(data: bytes) -> VoiceFile:
    """Raises UnreadableVoiceFile for what is none, is damaged, or is of a newer release."""
    if not is_voice_file(data):
        ways = ("GET /voice/{id}/export", "POST /voice/register")
        instead = other_than_voice(data[:READ_FIRST], *ways)
        raise UnreadableVoiceFile(f"This is no voice file. {instead}")
    try:
        embedding = embedding_from_bytes(data)
        about = read_metadata(data)
    except UnreadableEmbedding as error:
        raise UnreadableVoiceFile(f"This is no voice file: {error}.") from error
    if FORMAT_KEY not in about:
        raise UnreadableVoiceFile("This is no voice file: it has no card.")
    form, card = about[FORMAT_KEY], about.get(CARD_KEY, "")
    if form not in (PLAIN, WITH_VOICEPRINT):
        raise UnreadableVoiceFile(
            f"The voice file is of format {form[:16]!r}, and this Phonex reads {PLAIN} and "
            f"{WITH_VOICEPRINT}: upgrade it."
        )
    heard = kept_voiceprint(about) if form == WITH_VOICEPRINT else {}
    if about.get(HASH_KEY) != _hash(form, embedding, card, heard):
        raise UnreadableVoiceFile("The voice file is damaged: its SHA-256 is another.")
    try:
        voiceprint = read_voiceprint(heard)
    except UnreadableEmbedding as error:
        raise UnreadableVoiceFile(f"The voice file is wrong: {error}.") from error
    return VoiceFile(embedding, _read_card(card), voiceprint)


def _read_card(text: str) -> Card:
    if len(text) > MAX_CARD_CHARS:
        raise UnreadableVoiceFile(f"A voice's card has up to {MAX_CARD_CHARS:,} characters.")
    try:
        card = CARD.validate_json(text)
        to_json(asdict(card))  # no NaN, which could not be kept
    except ValidationError as error:
        first, *_ = faults_of(error, "all of it")
        raise UnreadableVoiceFile(f"The voice's card is wrong: {first}.") from error
    except ValueError as error:
        raise UnreadableVoiceFile("The voice's card has a number that is none.") from error
    return card


def _hash(form: str, embedding: VoiceEmbedding, card: str, heard: Mapping[str, str]) -> str:
    """Over the card as it is written, the voiceprint, and every tensor with its name and shape."""
    parts: list[str | bytes] = [form, embedding.engine, embedding.version, card, *heard.values()]
    for name, tensor in sorted(embedding.tensors.items()):
        parts += [name, json.dumps(tensor.shape), tensor.astype("<f4").tobytes()]
    return fingerprint_of(*parts)
