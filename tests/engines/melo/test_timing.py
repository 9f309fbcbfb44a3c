"""Words of all six languages find their symbols, whatever is written."""

from __future__ import annotations

import json
import random

import pytest
import torch

from engines.base import Utterance
from engines.errors import EngineError
from engines.melo.request import TimedText
from engines.melo.timing import word_times
from engines.neural.front_end import MeloFrontEnd
from engines.reading.pipeline import TextPipeline
from tests.engines.pauses import LISTS, ODD
from tests.engines.reading.support import DATA, front

SYMBOLS = json.loads((DATA / "facts.json").read_text("utf-8"))["symbols_repo"]


def timed(reader: MeloFrontEnd, language: str, text: str) -> TimedText | None:
    """The words of a text; None where nothing in it can be said."""
    (one,) = reader([Utterance(text, language, language, timed=True)])
    if isinstance(one, EngineError):
        return None
    assert one.timed
    assert len(one.phones) == one.timed.symbols * len(one.timed.phones) + 1
    return one.timed


@pytest.mark.parametrize("language", LISTS)
def test_each_word_has_its_own_symbols_in_order(language: str) -> None:
    reader = MeloFrontEnd(TextPipeline(front(language), SYMBOLS), None)
    text = LISTS[language]
    words = timed(reader, language, text)
    assert words
    times = word_times(words, torch.ones(2 * len(words.phones) + 1, dtype=torch.long), 1.0)
    assert [one.start for one in times] == sorted(one.start for one in times)
    covered = {at for one in times for at in range(one.first, one.last)}
    assert {at for at, char in enumerate(text) if char.isalnum()} <= covered
    heard = [one for one in times if one.end > one.start]
    assert len(heard) >= 0.9 * len(times)

    chance = random.Random(language)
    for _ in range(60):
        odd = "".join(chance.choices(ODD, k=chance.randint(1, 25)))
        if words := timed(reader, language, odd):
            many = torch.ones(2 * len(words.phones) + 1, dtype=torch.long)
            places = [(one.first, one.start) for one in word_times(words, many, 1.0)]
            assert places == sorted(places), odd
