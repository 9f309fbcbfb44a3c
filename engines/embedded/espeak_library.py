"""eSpeak NG through ctypes: text in, 16-bit samples out, and when each phone begins.

The library keeps state from one call to the next (phase of the flutter, echo buffer, random
numbers, sentence intonation), and `espeak_Terminate` does not reset it, so the same sentence
sounds a little different every time. `speak` therefore maps the library afresh for each text,
which costs about a millisecond and makes equal calls bit-identical.

Only for worker processes: the library is not thread-safe and can abort or run on for ever.
Reference: espeak-ng/src/include/espeak-ng/speak_lib.h, version 1.52.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.errors import EngineError, EngineUnavailable

SAMPLE_RATE = 22_050  # Hz, of every voice that is not an MBROLA voice

OUTPUT_SYNCHRONOUS = 2  # samples go to the callback, in the calling thread
DONT_EXIT = 0x8000  # return an error instead of calling exit()
PHONEME_EVENTS, IN_IPA = 0x0001, 0x0002  # the same audio, and events for each phone
TEXT_IS_UTF8 = 1  # no SSML: markup is plain text
READ_PHONEMES = 0x100  # of [[phonemes]], which are plain text otherwise
POSITION_CHARACTER = 1
RATE, VOLUME, PITCH = 1, 2, 3  # espeak_PARAMETER
LIST_TERMINATED, WORD, PHONEME = 0, 1, 7  # espeak_EVENT_TYPE
IPA_TIED = 0x02 | 0x80 | ord("^") << 8  # phoneme mode: IPA, with this tie

Pcm = npt.NDArray[np.int16]


class Event(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("phone", ctypes.c_char * 8),  # UTF-8, of a phoneme: a union otherwise
    )


Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a phone begins; one without a symbol is a pause, or where a word begins."""

    sample: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What eSpeak NG made of a text."""

    pcm: Pcm  # int16 (T,) at `SAMPLE_RATE`
    marks: Sequence[Mark]  # in order


def speak(
    text: str,
    voice: str,
    *,
    rate: int,
    pitch: int,
    volume: int,
    max_samples: int,
    phonemes: bool = False,
) -> Spoken:
    """Samples (T,) at `SAMPLE_RATE`, and their phones.

    `voice` is a voice file, `gmw/en-US`, or one with a variant, `gmw/en-US+f2`; `rate` is in
    words a minute, 80 to 450; `pitch` 0 to 99 with 50 as the voice's own; `volume` 0 to 200;
    `phonemes` says that the text has some, in double brackets.
    Raises `EngineError` when the audio goes on beyond `max_samples`: some texts never end.
    """
    chunks: list[bytes] = []
    marks: list[Mark] = []
    limit = 2 * max_samples  # bytes

    def collect(
        samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[Event]
    ) -> int:
        marks.extend(_marks(events))
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, 2 * count))
        return int(sum(map(len, chunks)) > limit)  # 1 stops the synthesis

    callback = Callback(collect)  # held here: the library keeps a bare pointer to it
    library = load()
    try:
        prepare(library, callback, voice, {RATE: rate, PITCH: pitch, VOLUME: volume})
        encoded = text.encode() + b"\0"
        flags = TEXT_IS_UTF8 | (READ_PHONEMES if phonemes else 0)
        status = library.espeak_Synth(
            encoded, len(encoded), 0, POSITION_CHARACTER, 0, flags, None, None
        )
        library.espeak_Terminate()
    finally:
        unload(library)
    if status != 0:
        raise EngineError(f"eSpeak NG answered {status}")
    audio = b"".join(chunks)
    if len(audio) > limit:
        raise EngineError("this text does not come to an end")
    return Spoken(np.frombuffer(audio, dtype=np.int16), marks)


def _marks(events: ctypes._Pointer[Event]) -> Iterator[Mark]:
    at = 0
    while events and events[at].type != LIST_TERMINATED:
        event = events[at]
        if event.type == WORD:
            yield Mark(event.sample, "")
        elif event.type == PHONEME:
            yield Mark(event.sample, event.phone.decode(errors="ignore"))
        at += 1


def phonemize(text: str, voice: str) -> str:
    """IPA of a text without punctuation, words apart, parts of one sound tied by `^`.

    Raises `EngineUnavailable` where the library or the voice is missing.
    """
    return phonemize_each([text], voice)[0]


def phonemize_each(texts: Sequence[str], voice: str) -> list[str]:
    """The same for many texts, each on its own."""
    callback = Callback(lambda _samples, _count, _events: 0)
    library = load()
    try:
        prepare(library, callback, voice, {})
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        said = [_phonemes(library, text) for text in texts]
        library.espeak_Terminate()
    finally:
        unload(library)
    return said


def _phonemes(library: ctypes.CDLL, text: str) -> str:
    rest = ctypes.c_char_p(text.encode())
    said: list[str] = []
    while rest.value:  # a clause at a time; the library moves the pointer on, to null in the end
        clause = library.espeak_TextToPhonemes(ctypes.byref(rest), TEXT_IS_UTF8, IPA_TIED)
        said.append((clause or b"").decode(errors="replace").strip())
    return " ".join(filter(None, said))


def prepare(
    library: ctypes.CDLL, callback: Callable[..., int], voice: str, parameters: dict[int, int]
) -> None:
    import espeakng_loader

    data = espeakng_loader.get_data_path().encode()
    options = DONT_EXIT | PHONEME_EVENTS | IN_IPA
    if library.espeak_Initialize(OUTPUT_SYNCHRONOUS, 0, data, options) != SAMPLE_RATE:
        raise EngineUnavailable("eSpeak NG does not start: its data files are missing or broken")
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # otherwise it is the time of day
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise EngineUnavailable(f"eSpeak NG has no voice {voice!r}")
    for parameter, value in parameters.items():
        library.espeak_SetParameter(parameter, value, 0)


def load() -> ctypes.CDLL:
    try:
        import espeakng_loader

        return ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError) as error:
        raise EngineUnavailable(f"eSpeak NG cannot be loaded: {error}") from error


def unload(library: ctypes.CDLL) -> None:
    """Drop the library with its state. `library` is not to be used again."""
    import _ctypes

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)
    else:
        _ctypes.dlclose(library._handle)
