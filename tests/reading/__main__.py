"""`python -m tests.reading FILE...`: which texts are not said as a person says them.

A file holds a JSON list of `{"language": "EN", "text": "-$5", "said": "minus five dollars"}`;
`said` may be a list of ways that are all right. Case, spacing, punctuation and hyphens do not
count, nor whether the letter a is written 'a' or 'ay', and `said` may be written as a person would
(kanji, digits): it is right, too, when it is read as the text is. Exits with 1 when fewer than 95%
are right.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.reading.compare import load, outcomes

ENOUGH = 0.95


def main(paths: list[str]) -> int:
    if not paths:
        sys.stderr.write("usage: python -m tests.reading FILE...\n")
        return 2
    results = [outcome for path in paths for outcome in outcomes(load(Path(path)))]
    wrong = [outcome for outcome in results if not outcome.right]
    for outcome in wrong:
        case = outcome.case
        sys.stdout.write(f"{case.language} {case.text!r}\n")
        sys.stdout.write(f"   said   {outcome.read}\n   wanted {' | '.join(case.said)}\n")
    right = len(results) - len(wrong)
    share = right / len(results) if results else 1.0
    sys.stdout.write(f"{right} of {len(results)} right ({share:.1%})\n")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
