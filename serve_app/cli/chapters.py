"""A book's text, cut into chapters and those into parts that one job says each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

PART_CHARS = 8_000  # of one job: below every service's limit, and some ten minutes
MAX_HEADING_CHARS = 100
MAX_TITLE_CHARS = 200  # as a batch takes it
AFTER_HEADING, AFTER_CHAPTER = "[pause 800ms]", "[pause 1200ms]"

_NUMBER = (
    r"(?:\d{1,4}|[ivxlcdm]{1,8}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty(?:[- ]\w{3,5})?|"
    r"thirty(?:[- ]\w{3,5})?|forty(?:[- ]\w{3,5})?|fifty(?:[- ]\w{3,5})?|first|second|third|last|"
    r"un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|primer[oa]?|segund[oa]|"
    r"une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|premi(?:er|ère)|deuxième)"
)
_CJK = r"[0-9０-９〇零一二三四五六七八九十百千两兩]{1,8}"
NUMBERED = re.compile(
    rf"(?:chapter|part|book|cap[ií]tulo|parte|libro|chapitre|partie|livre)\s+{_NUMBER}(?!\w).*"
    r"|(?:prologue|epilogue|preface|foreword|introduction|pr[óo]logo|ep[íi]logo|pr[ée]face|"
    r"[ée]pilogue|avant-propos)[.:]?"
    rf"|第\s*{_CJK}\s*[章回卷部节節篇話话巻].*"
    rf"|제\s*{_CJK}\s*[장화부편권].*"
    r"|(?:序章|序|終章|终章|楔子|尾声|エピローグ|プロローグ|프롤로그|에필로그)",
    re.IGNORECASE,
)
MARKDOWN = re.compile(r" {0,3}(#{1,2})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*")
UNDERLINE = re.compile(r" {0,3}(?:={3,}|-{3,})[ \t]*")
ENDS_A_SENTENCE = tuple(".,;:!?…。，；：！？、")
SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’»」』）)]*\s*")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter. Its heading is said, too."""

    title: str
    heading: str  # as it stands in the text, without its marks; "" before the first
    text: str  # below it

    def parts(self, most: int = PART_CHARS) -> list[str]:
        """What the jobs of this chapter say, in order."""
        said = [self.heading, AFTER_HEADING] if self.heading else []
        bodies = split_text(self.text, most) or [""]
        bodies[0] = "\n\n".join([*said, bodies[0]]).strip()
        bodies[-1] = f"{bodies[-1]}\n\n{AFTER_CHAPTER}".strip()
        return bodies


def split_chapters(text: str, title: str) -> list[Chapter]:
    """The chapters of a plain text or of Markdown, in order; all that can be said is in one of
    them.

    A heading is a line of Markdown (`#` and `##`, or underlined by `===` or `---`), or a line after
    a blank one that names a chapter: `Chapter 7`, `Capítulo II`, `Chapitre 3`, `第三章`, `제3장`.
    Where there is none of these, a short line without a full stop, after two blank lines and
    before one.

    Args:
        title: of the book, and of what stands before the first heading.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headings = list(_marked(lines)) or list(_set_apart(lines))
    chapters = []
    first = headings[0].line if headings else len(lines)
    if before := "\n".join(lines[:first]).strip():
        chapters.append(Chapter(_shown(title), "", before))
    for number, heading in enumerate(headings):
        end = headings[number + 1].line if number + 1 < len(headings) else len(lines)
        body = "\n".join(lines[heading.line + heading.lines : end]).strip()
        chapters.append(Chapter(_shown(heading.text), heading.text, body))
    return [chapter for chapter in chapters if _is_said(chapter.heading + chapter.text)]


def split_text(text: str, most: int) -> list[str]:
    """A text in stretches of up to `most` characters, cut between paragraphs; where one is longer,
    between sentences, and where there are none, between words."""
    stretches: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n\s*", text.strip()):
        separator = "\n\n"
        for piece in _cut(paragraph, most):
            joined = f"{stretches[-1]}{separator}{piece}" if stretches else piece
            if stretches and len(joined) <= most:
                stretches[-1] = joined
            else:
                stretches.append(piece)
            separator = " "
    return [stretch for stretch in stretches if stretch.strip()]


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    line: int
    lines: int  # it takes


def _marked(lines: list[str]) -> Iterator[_Heading]:
    """Headings by their own marks."""
    fenced = False
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        blank_before = number == 0 or not lines[number - 1].strip()
        below = lines[number + 1] if number + 1 < len(lines) else ""
        short = line.strip() and len(line.strip()) <= MAX_HEADING_CHARS
        if fenced or not short or not _is_said(line):
            continue
        if match := MARKDOWN.fullmatch(line):
            yield _Heading(match[2].strip(), number, 1)
        elif blank_before and UNDERLINE.fullmatch(below) and not UNDERLINE.fullmatch(line):
            yield _Heading(line.strip(), number, 2)
        elif blank_before and NUMBERED.fullmatch(line.strip()):
            yield _Heading(line.strip(), number, 1)


def _set_apart(lines: list[str]) -> Iterator[_Heading]:
    """Headings by the blank lines around them alone."""
    padded = ["", "", *(line.strip() for line in lines), ""]
    for number, line in enumerate(padded[2:-1]):
        two_before = not padded[number] and not padded[number + 1]
        alone = two_before and not padded[number + 3]
        if alone and 0 < len(line) <= MAX_HEADING_CHARS and not line.endswith(ENDS_A_SENTENCE):
            yield _Heading(line, number, 1)


def _cut(paragraph: str, most: int) -> Iterator[str]:
    if len(paragraph) <= most:
        yield paragraph
        return
    ends = [0, *(match.end() for match in SENTENCE.finditer(paragraph)), len(paragraph)]
    for start, end in pairwise(ends):
        sentence = paragraph[start:end].strip()
        while len(sentence) > most:
            at = sentence.rfind(" ", 1, most + 1)
            at = at if at > 0 else most
            yield sentence[:at].strip()
            sentence = sentence[at:].strip()
        if sentence:
            yield sentence


def _is_said(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _shown(title: str) -> str:
    """A title as a batch takes it: visible, and not too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in title)
    return " ".join(plain.split())[:MAX_TITLE_CHARS]
