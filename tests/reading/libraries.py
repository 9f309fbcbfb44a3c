"""`python -m tests.reading.libraries FILE...`: what text normalizers of others make of our cases.

Prints for each library that is installed, and for the reader, how many of a file's cases it says
right, how many it reads in a second, and how long it takes until it reads. A library's outcome is
read on by ours, so that what it rightly leaves to others does not count; a digit that is left is
wrong.

    pip install --target /tmp/libraries nemo_text_processing==1.2.0 WeTextProcessing num2words
    PYTHONPATH=.:/tmp/libraries python -m tests.reading.libraries tests/data/reading/faults.json
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from tests.reading.compare import Case, folded, load, read

Say = Callable[[str], str]
Maker = Callable[[str], Say | None]

NEMO = {"EN": "en", "ES": "es", "FR": "fr", "ZH": "zh", "JP": "ja", "KR": "ko"}
WE = {"EN": "english", "ZH": "chinese", "JP": "japanese"}
NUM2WORDS = {"EN": "en", "ES": "es", "FR": "fr", "JP": "ja", "KR": "ko"}
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def ours(language: str) -> Say:
    return lambda text: read(language, text)


def nemo(language: str) -> Say | None:
    normalizers = import_module("nemo_text_processing.text_normalization.normalize")
    normalizer = normalizers.Normalizer(input_case="cased", lang=NEMO[language])
    return lambda text: str(normalizer.normalize(text))


def we(language: str) -> Say | None:
    if language not in WE:
        return None
    normalizer = import_module(f"tn.{WE[language]}.normalizer").Normalizer(overwrite_cache=True)
    return lambda text: str(normalizer.normalize(text))


def num2words(language: str) -> Say | None:
    if language not in NUM2WORDS:
        return None
    words = import_module("num2words").num2words
    return lambda text: NUMBER.sub(lambda found: _number(words, found[0], language), text)


def _number(words: Callable[..., str], digits: str, language: str) -> str:
    value = float(digits) if "." in digits else int(digits)
    return words(value, lang=NUM2WORDS[language])


MAKERS: dict[str, Maker] = {
    "this reader": ours,
    "nemo_text_processing": nemo,
    "WeTextProcessing": we,
    "num2words": num2words,
}


def is_right(case: Case, said: str, finish: Say) -> bool:
    if any(map(str.isdigit, said)):
        return False
    heard = folded(finish(said))
    return any(heard in (folded(want), folded(finish(want))) for want in case.said)


def _said(say: Say, text: str) -> str:
    try:
        return say(text)
    except Exception:  # noqa: BLE001  wrong, like any other wrong outcome
        return "0"


def tell(name: str, language: str, cases: Sequence[Case]) -> str:
    """One line of the table."""
    started = time.perf_counter()
    try:
        say = MAKERS[name](language)
        if say is None:
            return "no such language"
        say("1")
    except Exception as error:  # noqa: BLE001  a library may lack anything
        return f"does not work: {type(error).__name__}: {str(error)[:60]}"
    ready_s = time.perf_counter() - started
    said = [_said(say, case.text) for case in cases]
    started = time.perf_counter()
    for case in cases:
        _said(say, case.text)
    seconds = time.perf_counter() - started
    right = sum(map(is_right, cases, said, [ours(language)] * len(cases)))
    pace = len(cases) / seconds
    return f"{right} of {len(cases)} right, {pace:,.0f} a second, ready in {ready_s:.1f} s"


def main(paths: Sequence[str]) -> None:
    by_language: dict[str, list[Case]] = defaultdict(list)
    for path in paths:
        for case in load(Path(path)):
            by_language[case.language].append(case)
    for language, cases in by_language.items():
        for name in MAKERS:
            sys.stdout.write(f"{language} {name}: {tell(name, language, cases)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
