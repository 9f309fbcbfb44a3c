"""Compare our text front ends with upstream's recorded phones and sentence splitting.

    python -m tests.parity text --data tests/data/golden/text

Reads every `<LANG>.public.json` or `<LANG>.json` and `split.json` of the folder. Stored BERT tokens
are replayed, so no vocabulary is needed. Exits with 1 when any language is under 98% equal.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

from engines.reading import (
    LANGUAGE_IDS,
    LANGUAGES,
    TONE_STARTS,
    FrontEnd,
    PhoneIds,
    Phones,
    front_end,
    to_ids,
)
from engines.reading.gruut_front import GruutFrontEnd
from engines.reading.gruut_words import NO_LIAISONS

ENOUGH = 0.98
SPEED_SENTENCES = 1000
PARTS = ("phones", "tones", "languages", "word2ph")
FILE_LANGUAGES = {**{language: language for language in LANGUAGES}, "ZH_MIX_EN": "ZH"}

# Gruut keeps the liaisons of French numbers in its cache, so what upstream makes of a number
# depends on the numbers before it (see gruut_words.py). These are all that numbers leave there.
LIAISONS = (
    ("vingt", "t"), ("cent", "t"), ("dix", "z"), ("six", "z"), ("trois", "z"), ("millions", "z"),
    ("milliards", "z"),
)  # fmt: skip

# Upstream's Spanish and French take '80s' for the day on which it was 80 s ago. The references were
# recorded on this day:
RECORDED = datetime(2026, 11, 22, 12)  # noqa: DTZ001  a wall clock's, as upstream reads it

Case = dict[str, Any]
Print = Callable[[str], object]


@dataclass
class Score:
    """How many cases of one file are equal, part by part."""

    name: str
    total: int = 0
    equal: int = 0
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    @property
    def enough(self) -> bool:
        return self.equal >= ENOUGH * self.total

    def line(self) -> str:
        share = 100 * self.equal / self.total if self.total else 100.0
        parts = "  ".join(f"{part} {count}" for part, count in self.parts.items() if count)
        return f"{self.name:28} {self.equal:4}/{self.total:<4} equal  {share:5.1f}%   {parts}"


def text_of(case: Case) -> str:
    """After the camel-case split that English and Chinese get, where it is recorded."""
    return str(case.get("api_text", case["text"]))


def expected_parts(case: Case, language: str) -> dict[str, list[Any]]:
    """Upstream's. Some files have no ids: there the offsets are added to the tones."""
    added = [tone + TONE_STARTS[language] for tone in case["tones"]]
    return {
        "phones": case["phones"],
        "tones": case.get("tone_ids", added),
        "languages": case.get("lang_ids", [LANGUAGE_IDS[language]] * len(added)),
        "word2ph": case["word2ph"],
    }


def our_parts(front: FrontEnd, language: str, case: Case) -> dict[str, list[Any]]:
    """What we make of a case's text; the offsets are taken from the ids without blanks."""
    norm = front.normalize(text_of(case))
    phones = front.to_phones(norm, case["bert_tokens"])
    symbols = {phone: index for index, phone in enumerate(dict.fromkeys(phones.phones))}
    ids = to_ids(phones, symbols, language, add_blank=False)
    return {
        "phones": phones.phones,
        "tones": ids.tones,
        "languages": ids.languages,
        "word2ph": phones.word2ph,
    }


def blanks_agree(case: Case, language: str) -> bool:
    """Whether upstream's phones, with our offsets and blanks, give upstream's ids."""
    if "phone_ids_blank" not in case:
        return True
    symbols = dict(zip(case["phones"], case["phone_ids"], strict=True))
    phones = Phones(case["phones"], case["tones"], case["word2ph"])
    return to_ids(phones, symbols, language) == PhoneIds(
        case["phone_ids_blank"],
        case["tone_ids_blank"],
        case["lang_ids_blank"],
        case["word2ph_blank"],
    )


def difference(name: str, ours: list[Any], theirs: list[Any]) -> str:
    """The stretch around the first entry that differs."""
    pairs = zip(ours, theirs, strict=False)
    shorter = min(len(ours), len(theirs))
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), shorter)
    near = slice(max(0, at - 3), at + 9)
    return f"    {name} at {at}: ours {ours[near]}  upstream {theirs[near]}"


def our_best(front: FrontEnd, language: str, case: Case) -> tuple[dict[str, list[Any]], str]:
    """Ours after the history that gives upstream's, or without any."""
    theirs = expected_parts(case, language)
    fresh = our_parts(front, language, case)
    if fresh == theirs or not isinstance(front, GruutFrontEnd):
        return fresh, ""

    def after(heard: Sequence[tuple[str, str]]) -> dict[str, list[Any]]:
        front.heard = frozenset(heard)
        ours = our_parts(front, language, case)
        front.heard = NO_LIAISONS
        return ours

    matter = [liaison for liaison in LIAISONS if after([liaison]) != fresh]
    for size in range(1, len(matter) + 1):
        for heard in combinations(matter, size):
            if (ours := after(heard)) == theirs:
                return ours, " ".join(word for word, _ in heard)
    return fresh, ""


@contextmanager
def on_the_day(now: datetime) -> Iterator[None]:
    """Within, whatever reads dates relative to today takes that day for today."""
    import dateparser  # type: ignore[import-untyped]  # has no types

    parse = dateparser.parse

    def parse_then(text: str, settings: dict[str, Any], languages: list[str]) -> datetime | None:
        settings = settings | {"RELATIVE_BASE": now}
        return parse(text, settings=settings, languages=languages)

    with mock.patch.object(dateparser, "parse", parse_then):
        yield


def compare_file(path: Path, language: str, show: Print) -> Score:
    """Raises what the front end raises where its dictionaries are missing."""
    if language not in ("ES", "FR"):
        return compare_cases(path, language, show)
    with on_the_day(RECORDED):
        return compare_cases(path, language, show)


def compare_cases(path: Path, language: str, show: Print) -> Score:
    score = Score(path.name.removesuffix(".json").removesuffix(".public"))
    front = front_end(language, upstream_quirks=True)
    for case in json.loads(path.read_text("utf-8")):
        if "error" in case:
            continue  # upstream crashed: there is nothing to be equal to
        score.total += 1
        ours, history = our_best(front, language, case)
        theirs = expected_parts(case, language)
        if history:
            show(f"  {case.get('id', '?')}: equal to what upstream says after {history!r}")
        wrong = [part for part in PARTS if ours[part] != theirs[part]]
        for part in PARTS:
            score.parts[part] += part not in wrong
        norm = front.normalize(text_of(case))
        normal = norm == case["norm_text"]
        blanks = blanks_agree(case, language)
        score.equal += not wrong and normal and blanks
        if wrong or not normal or not blanks:
            show(f"  {case.get('id', '?')}: {case['text']}")
            if not normal:
                show(f"    normalized: ours {norm!r}  upstream {case['norm_text']!r}")
            if not blanks:
                show("    ids with blanks differ")
            for part in wrong:
                show(difference(part, ours[part], theirs[part]))
    return score


def compare_splits(path: Path, show: Print) -> list[Score]:
    from engines.reading.melo_split import split

    scores = []
    for file_language, cases in json.loads(path.read_text("utf-8")).items():
        score = Score(f"split {file_language}", parts={})
        for case in cases:
            pieces = split(case["text"], FILE_LANGUAGES[file_language], upstream_quirks=True)
            score.total += 1
            score.equal += pieces == case["pieces"]
            if pieces != case["pieces"]:
                show(f"  {score.name}:\n    ours     {pieces}\n    upstream {case['pieces']}")
        scores.append(score)
    return scores


def compare_folder(folder: Path, languages: Iterable[str], show: Print) -> list[Score]:
    """One score for each file of a wanted language, and the splits of all languages."""
    scores: list[Score] = []
    for path in sorted(folder.glob("*.json")):
        file_language, _, _ = path.name.removesuffix(".json").partition(".")
        language = FILE_LANGUAGES.get(file_language)
        if path.name == "split.json":
            scores += compare_splits(path, show)
        elif language is not None and language in languages:
            scores.append(compare_file(path, language, show))
    return scores


def speed(folder: Path, language: str) -> str:
    """Sentences a second on one core, after warm-up, in the default mode and without BERT."""
    for path in folder.glob("*.public.json"):
        if FILE_LANGUAGES.get(path.name.split(".")[0]) == language:
            break
    else:
        return f"{language}: no sentences"
    front = front_end(language)
    cases = [case for case in json.loads(path.read_text("utf-8")) if "error" not in case]
    rounds = -(-SPEED_SENTENCES // len(cases))
    for turn in range(rounds + 1):
        if turn == 1:  # the first one loads dictionaries and fills the caches
            started = time.perf_counter()
        for case in cases:
            front.to_phones(front.normalize(text_of(case)), case["bert_tokens"])
    return f"{language}: {rounds * len(cases) / (time.perf_counter() - started):.0f} sentences/s"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity text")
    parser.add_argument("--data", type=Path, required=True, help="a folder like golden/text")
    parser.add_argument("--languages", nargs="*", default=LANGUAGES, choices=LANGUAGES)
    parser.add_argument("--speed", action="store_true", help="measure sentences a second, too")
    args = parser.parse_args(argv)
    show: Print = lambda line: sys.stdout.write(f"{line}\n")  # noqa: E731
    scores = compare_folder(args.data, args.languages, show)
    for score in scores:
        show(score.line())
    for language in args.languages if args.speed else ():
        show(speed(args.data, language))
    if not scores:
        show(f"no golden files in {args.data}")
        return 2
    return 0 if all(score.enough for score in scores) else 1
