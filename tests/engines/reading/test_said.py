"""Texts out of public bug reports and their siblings are said as a person says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.reading.support import front
from tests.reading.compare import Case, Outcome, load, read

DATA = Path(__file__).parents[2] / "data" / "reading"
CASES = [case for path in sorted(DATA.glob("*.json")) for case in load(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}-{case.text}")
def test_a_text_is_said_as_a_person_says_it(case: Case) -> None:
    front(case.language)  # skips where its packages are missing
    outcome = Outcome(case, read(case.language, case.text))
    assert outcome.right, f"said {outcome.read!r}, wanted {' or '.join(case.said)!r}"
