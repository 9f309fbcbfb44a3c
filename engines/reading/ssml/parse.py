"""Reads SSML with expat: no document type, no entity, nothing fetched, and bounds on everything.

What is not supported is left out and told of; its text is spoken wherever it is meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from xml.parsers import expat

from engines.errors import InvalidSsml, PronunciationError
from engines.reading.alphabets import in_notation
from engines.reading.draft import Traced
from engines.reading.ssml import say_as, values
from engines.reading.ssml.document import Document, Manner
from engines.reading.ssml.runs import Runs
from engines.reading.ssml.shown import Shown
from engines.reading.ssml.source import Source

MAX_DEPTH = 16
MAX_ELEMENTS = 5_000
MAX_ATTRIBUTES = 12  # of one element
MAX_VALUE_CHARS = 256  # of one attribute, but for what `sub` says

SYNTHESIS = "http://www.w3.org/2001/10/synthesis"
XML = "http://www.w3.org/XML/1998/namespace"
LANG = f"{XML} lang"
APART = " "  # expat writes it between a namespace and a name
SHOWN = 40  # characters of what is wrong
WHOLE = re.compile(r".+", re.DOTALL)

SILENT = frozenset({"desc", "metadata", "meta", "lexicon", "lookup"})  # their text is not for ears
OF_ROOT = frozenset({"version", "onlangfailure", "startmark", "endmark"})


@dataclass(frozen=True, slots=True)
class _Level:
    """What holds inside one element."""

    name: str
    manner: Manner
    silent: bool = False
    collects: Callable[[Traced], None] | None = None  # takes the element's whole text at its end


Element = Callable[[_Level, dict[str, str]], _Level]
"""Reads one element; takes the attributes that it uses out of the dictionary."""


def parse(text: str, language: str) -> Document:
    """What SSML says. Blocks.

    Args:
        language: of the text, where it does not say; any code or tag.
    Raises:
        InvalidSsml: it is not well formed, goes beyond a bound, or has a document type.
    """
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidSsml("The SSML has a character that no text may have.") from error
    parser = expat.ParserCreate("utf-8", APART)
    reader = _Reader(language, Source(text, encoded, parser))
    parser.buffer_text = False  # each stretch is told where it stands
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    try:
        parser.Parse(encoded, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InvalidSsml(
            f"The SSML is not well formed: {reason} at line {error.lineno}, "
            f"column {error.offset + 1}."
        ) from error
    return reader.document()


class _Reader:
    """Gathers runs while expat walks through a document."""

    def __init__(self, language: str, source: Source) -> None:
        self._language = language
        self._source = source
        self._levels: list[_Level] = []
        self._elements = 0
        self._runs = Runs()
        self._warnings: dict[str, None] = {}
        self._shown = Shown()
        self._collected: list[Traced] = []
        self._known: Mapping[str, Element] = {
            "speak": self._speak, "p": self._block, "s": self._block, "lang": self._lang,
            "voice": self._voice, "prosody": self._prosody, "break": self._break,
            "mark": self._mark, "sub": self._sub, "say-as": self._say_as,
            "phoneme": self._phoneme, "w": self._word, "token": self._word,
        }  # fmt: skip

    def document(self) -> Document:
        return Document(self._runs.items, list(self._warnings), self._shown.finish())

    # What expat calls

    def doctype(self, *_: object) -> None:
        raise InvalidSsml("A document type (<!DOCTYPE …>) is refused in SSML.")

    def instruction(self, target: str, _data: str) -> None:
        self._warn(f"<?{target[:SHOWN]}?> is left out.")

    def start(self, qualified: str, attributes: Mapping[str, str]) -> None:
        name = self._local(qualified)
        self._check_bounds(name, attributes)
        if not self._levels:
            if name != "speak":
                raise InvalidSsml(f"SSML begins with <speak>, not with <{name[:SHOWN]}>.")
            level = _Level(name, self._spoken_in(Manner(), name, dict(attributes)))
        else:
            level = self._entered(name, dict(attributes))
        self._levels.append(level)

    def end(self, _qualified: str) -> None:
        left = self._levels.pop()
        if left.collects is not None:
            text = Traced.joined(self._collected)
            self._collected.clear()
            left.collects(text)
        if left.silent:
            return
        if left.name == "p":
            self._runs.end_paragraph()
        elif left.name in ("s", "speak"):
            self._runs.end_run()
        self._shown.part(left.name, self._source.point(" "))

    def characters(self, text: str) -> None:
        level = self._levels[-1]
        place = self._source.place(text)
        if not level.silent:
            self._shown.add(place)
        if any(one.collects for one in self._levels):
            self._collected.append(place)
        elif not level.silent:
            self._runs.say(place, level.manner)

    # Elements

    def _entered(self, name: str, attributes: dict[str, str]) -> _Level:
        above = self._levels[-1]
        inside = replace(above, name=name, collects=None)
        if above.silent or name in SILENT:
            if name in ("lexicon", "lookup"):
                self._warn(f"<{name}> is left out: nothing is fetched.")
            return replace(inside, silent=True)
        element = self._known.get(name)
        if any(one.collects for one in self._levels):
            self._warn(f"<{name[:SHOWN]}> is left out where it stands.")
            return inside
        if element is None:
            self._warn(f"<{name[:SHOWN]}> is not supported: its text is spoken without it.")
            return inside
        level: _Level = element(inside, attributes)
        for unused in attributes:
            self._warn(f"The attribute {unused[:SHOWN]!r} of <{name}> is not used.")
        return level

    def _speak(self, _level: _Level, _attributes: dict[str, str]) -> _Level:
        raise InvalidSsml("<speak> stands at the top, and nowhere else.")

    def _block(self, level: _Level, attributes: dict[str, str]) -> _Level:
        if level.name == "p":
            self._runs.end_paragraph()
        else:
            self._runs.end_run()
        return replace(level, manner=self._spoken_in(level.manner, level.name, attributes))

    def _lang(self, level: _Level, attributes: dict[str, str]) -> _Level:
        attributes.pop("onlangfailure", None)
        return replace(level, manner=self._spoken_in(level.manner, "lang", attributes))

    def _voice(self, level: _Level, attributes: dict[str, str]) -> _Level:
        manner = self._spoken_in(level.manner, "voice", attributes)
        if name := attributes.pop("name", "").strip():
            manner = replace(manner, voice=name, voice_language=manner.language)
        return replace(level, manner=manner)

    def _break(self, level: _Level, attributes: dict[str, str]) -> _Level:
        time, strength = attributes.pop("time", None), attributes.pop("strength", None)
        self._runs.pause(self._value("break", values.seconds, time, strength) or 0.0)
        return level

    def _prosody(self, level: _Level, attributes: dict[str, str]) -> _Level:
        manner = level.manner
        if (written := attributes.pop("rate", None)) is not None:
            rate = self._value("prosody rate", values.rate, written) or 1.0
            manner = replace(manner, rate=manner.rate * rate)
        if (written := attributes.pop("pitch", None)) is not None:
            pitch = self._value("prosody pitch", values.pitch, written) or 0.0
            manner = replace(manner, pitch=manner.pitch + pitch)
        if (written := attributes.pop("volume", None)) is not None:
            gain = self._value("prosody volume", values.gain, written) or 0.0
            manner = replace(manner, gain=manner.gain + gain)
        return replace(level, manner=manner)

    def _sub(self, level: _Level, attributes: dict[str, str]) -> _Level:
        alias = attributes.pop("alias", None)
        if alias is None:
            self._warn("<sub> without an alias is left out.")
            return level

        def spoken_as(text: Traced) -> None:
            if not text.text.strip():
                text = self._source.point(alias)
                self._shown.add(text)
            self._runs.say(text.as_a_whole(alias), level.manner)

        return replace(level, collects=spoken_as)

    def _say_as(self, level: _Level, attributes: dict[str, str]) -> _Level:
        interpret = attributes.pop("interpret-as", "")
        form, _ = attributes.pop("format", ""), attributes.pop("detail", None)
        language = level.manner.language or self._language

        def rewritten(text: Traced) -> None:
            try:
                said = say_as.rewrite(text.text, interpret, form, language)
                text.sub(WHOLE, lambda _: said)
            except ValueError:
                self._warn(
                    f"{text.text.strip()[:SHOWN]!r} cannot be said as {interpret[:SHOWN]!r}: it is "
                    "read as written."
                )
            self._runs.say(text, level.manner)

        return replace(level, collects=rewritten)

    def _phoneme(self, level: _Level, attributes: dict[str, str]) -> _Level:
        alphabet, sound = attributes.pop("alphabet", "ipa"), attributes.pop("ph", "")
        try:
            written = in_notation(alphabet, sound, level.manner.language or self._language)
        except PronunciationError as error:
            self._warn(f"A <phoneme> is read as written: {error.message}.")
            return level

        def sounded(text: Traced) -> None:
            self._runs.say(text, level.manner)
            if word := text.text.strip().lower():
                self._runs.sound(word, written)

        return replace(level, collects=sounded)

    def _mark(self, level: _Level, attributes: dict[str, str]) -> _Level:
        self._runs.mark(attributes.pop("name", ""))
        return level

    def _word(self, level: _Level, attributes: dict[str, str]) -> _Level:
        attributes.pop("role", None)
        return level

    # Values

    def _spoken_in(self, manner: Manner, name: str, attributes: dict[str, str]) -> Manner:
        """The manner in the language that an element names, if it does."""
        language = attributes.pop(LANG, None)
        if name == "speak":
            others = [one for one in attributes if APART not in one and one not in OF_ROOT]
            for unused in others:
                self._warn(f"The attribute {unused[:SHOWN]!r} of <speak> is not used.")
        return manner if language is None else replace(manner, language=language)

    def _value(self, what: str, read: Callable[..., float], *written: str | None) -> float | None:
        try:
            return read(*written)
        except ValueError:
            shown = next(one for one in written if one is not None)
            self._warn(f"{shown[:SHOWN]!r} is no value of {what}, and is left out.")
            return None

    def _local(self, qualified: str) -> str:
        """The name of an element of SSML; one of another language with its prefix lost."""
        space, _, name = qualified.rpartition(APART)
        return name if space in ("", SYNTHESIS) else f"{name} (of {space[:SHOWN]})"

    def _check_bounds(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise InvalidSsml(f"The SSML has more than {MAX_ELEMENTS:,} elements.")
        if len(self._levels) >= MAX_DEPTH:
            raise InvalidSsml(f"The SSML is nested more than {MAX_DEPTH} deep.")
        if len(attributes) > MAX_ATTRIBUTES:
            raise InvalidSsml(f"<{name[:SHOWN]}> has more than {MAX_ATTRIBUTES} attributes.")
        for attribute, value in attributes.items():
            if len(value) > MAX_VALUE_CHARS and attribute != "alias":
                raise InvalidSsml(
                    f"The attribute {attribute[:SHOWN]!r} of <{name[:SHOWN]}> has more than "
                    f"{MAX_VALUE_CHARS} characters."
                )

    def _warn(self, message: str) -> None:
        self._warnings[message] = None
