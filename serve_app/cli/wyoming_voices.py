"""The voices of a service as the Wyoming protocol lists them, and what is asked in one of them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice
from wyoming.tts import SynthesizeTextFormat, SynthesizeVoice

from config.installing import DISTRIBUTION
from serve_app.catalog import LANGUAGES
from serve_app.cli.speech_client import ListedVoice

MADE_BY = Attribution(name="Phonex", url="")
CODES = {tag: code for code, (tag, _) in LANGUAGES.items()}
AT = "@"  # between a voice and the language that it is listed for


def request_for(
    text: str, voice: SynthesizeVoice | None, text_format: str | None
) -> tuple[str, dict[str, Any]]:
    """The route and the body by which a text is asked for."""
    name, language = voice_and_language(voice)
    if text_format == SynthesizeTextFormat.SSML:
        body = {"text": text, "input_type": "ssml", "format": "pcm", "stream": True}
        return "/tts", body | _given(speaker=name, language=language)
    body = {"input": text, "response_format": "pcm"}
    return "/v1/audio/speech", body | _given(voice=name, language=language)


def _given(**values: str | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def voice_and_language(voice: SynthesizeVoice | None) -> tuple[str | None, str | None]:
    """By a name as `describe` lists it, or by a language alone."""
    if voice is None:
        return None, None
    name, at, tag = (voice.name or "").rpartition(AT)
    if at and tag in CODES:
        return name, tag
    return voice.name, voice.language


def language_of(voice: SynthesizeVoice | None) -> str | None:
    """A tag, where a voice tells it."""
    _, language = voice_and_language(voice)
    return language.split("-")[0].lower() if language else None


def describe(voices: list[ListedVoice]) -> Info:
    """Home Assistant shows the voices of a language, and sends no more than the name of one: who
    speaks several languages is listed for each by another name."""
    program = TtsProgram(
        name="phonex",
        attribution=MADE_BY,
        installed=True,
        description="Phonex",
        version=version(DISTRIBUTION),
        voices=[one for voice in voices for one in listed(voice)],
        supports_synthesize_streaming=True,
    )
    return Info(tts=[program])


def listed(voice: ListedVoice) -> list[TtsVoice]:
    several = len(voice.languages) > 1
    return [
        TtsVoice(
            name=f"{voice.name}{AT}{LANGUAGES[code][0]}" if several else voice.name,
            attribution=MADE_BY,
            installed=True,
            description=f"{voice.title} ({LANGUAGES[code][1]})",
            version=None,
            languages=[LANGUAGES[code][0]],
        )
        for code in voice.languages
    ]
