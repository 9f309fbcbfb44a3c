"""Texts out of public bug reports and their siblings are said as a person says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.reading.support import front
from tests.reading.compare import Case, Outcome, in_parts, load, read

DATA = Path(__file__).parents[2] / "data" / "reading"
CASES = [case for path in sorted(DATA.glob("*.json")) for case in load(path)]


@pytest.mark.parametrize("cases", in_parts(CASES), ids=lambda cases: cases[0].language)
def test_texts_are_said_as_a_person_says_them(cases: list[Case]) -> None:
    front(cases[0].language)  # skips where its packages are missing
    outcomes = [Outcome(case, read(case.language, case.text)) for case in cases]
    wrong = [
        f"{one.case.text!r}: said {one.read!r}, wanted {' or '.join(one.case.said)!r}"
        for one in outcomes
        if not one.right
    ]
    assert not wrong, "\n".join(wrong)
