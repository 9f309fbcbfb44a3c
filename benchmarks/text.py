"""Sentences a second that each language's front end reads on one core, without BERT.

Seconds of the processor, so that other work on the machine does not count. Default mode, after
the dictionaries have loaded. `new sentences` have words that were not said
before, of a kind with those that were; `again` finds all words in the caches. Long texts of one
character or word show whether time grows with length: twice as long should take twice the time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from engines.reading import LANGUAGES, FrontEnd, front_end, missing_packages, warm
from engines.reading.melo_split import split

SENTENCES: dict[str, str] = {
    "EN": "The harbour was quiet before dawn, and at 6:45 a single lamp burned on the stone pier.",
    "ES": "El puerto estaba en calma antes del alba, y a las 6:45 ardía una lámpara en el muelle.",
    "FR": "Le port était calme avant l'aube, et à 6h45 une seule lampe brûlait sur la jetée.",
    "ZH": "黎明前的港口很安静，6:45的时候，石头码头上只有一盏灯还亮着。",
    "JP": "夜明け前の港は静かで、6時45分には石の桟橋にランプが一つだけ灯っていた。",
    "KR": "새벽 전의 항구는 조용했고, 6시 45분에는 돌 부두에 등불 하나만 켜져 있었다.",
}
WITHOUT_SPACES = ("ZH", "JP")
NEW, AGAIN = 200, 500
LONG = 5_000  # characters of the shorter long text
HOSTILE = ("a", "1", ".", "1,", "Dr. ", "((", "e\u0301", "字", "가", "🍕")


def measure() -> list[dict[str, Any]]:
    return [measure_language(language) for language in LANGUAGES if not missing_packages(language)]


def measure_language(language: str) -> dict[str, Any]:
    front = front_end(language)
    started = time.process_time()
    warm(front)
    loaded_s = time.process_time() - started
    shuffled = list(new_sentences(SENTENCES[language], language in WITHOUT_SPACES))
    new_s = read(front, shuffled)
    again_s = read(front, [SENTENCES[language]] * AGAIN)
    growth = {unit: grows(front, unit) for unit in HOSTILE}
    worst = max(growth, key=lambda unit: growth[unit])
    return {
        "language": language,
        "seconds to load": loaded_s,
        "new sentences a second": NEW / new_s,
        "again": AGAIN / again_s,
        f"twice of {LONG:,} characters, at worst": f"{growth[worst]:.1f} times as long: {worst!r}",
    }


def new_sentences(sentence: str, dense: bool) -> Sequence[str]:
    """The sentence with two of its words in another order, and letters too where words allow."""
    chance = random.Random(1)  # noqa: S311  no secret
    sentences = []
    for _ in range(NEW):
        parts = list(sentence) if dense else sentence.split()
        for _ in range(2):
            place = chance.randrange(len(parts) - 1)
            parts[place], parts[place + 1] = parts[place + 1], parts[place]
        if not dense:
            place = max(range(len(parts)), key=lambda at: (len(parts[at]), chance.random()))
            word = parts[place]
            parts[place] = "".join(chance.sample(word, len(word)))
        sentences.append(("" if dense else " ").join(parts))
    return sentences


def read(front: FrontEnd, sentences: Sequence[str]) -> float:
    """Seconds for all of them."""
    started = time.process_time()
    for sentence in sentences:
        front.to_phones(front.normalize(sentence))
    return time.process_time() - started


def grows(front: FrontEnd, unit: str) -> float:
    """How much longer a text of twice the length takes, from splitting to phones."""
    seconds = []
    for length in (LONG, LONG, 2 * LONG):  # the first one fills the caches
        text = (unit * length)[:length]
        started = time.process_time()
        for piece in split(text, front.language):
            front.to_phones(front.normalize(piece))
        seconds.append(time.process_time() - started)
    return seconds[2] / max(seconds[1], 1e-4)
