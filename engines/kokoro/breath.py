"""A piece of a sentence, said as within the sentence: together with what stands beside it, which is
cut off again.

Said alone it would fall at its end as a sentence does, and the next would begin anew. So the first
piece is said with a word or two of the next, and the next with the words before it. Both are cut
where it is quietest between the two words, and so joined without a pause that a speaker would not
make.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.base import Samples
from engines.kokoro.network import SAMPLE_RATE, Run
from engines.kokoro.symbols import MAX_PHONES, PAUSES, SYMBOLS

AHEAD = 8  # phones of what follows: a word or two tell that it goes on
BEHIND = 16  # phones of what went before
STEP_S = 0.005  # over which loudness is measured
REACH_S = 0.01  # beyond the space between two words; a weak "were" has no more than 50 ms
FADE_S = 0.008

Say = Callable[[str, tuple[int, int] | None], Run]
"""Says phones, of which those from one number to another are to be heard; or all."""


def say_between(say: Say, phones: str, before: str, after: str) -> Run:
    """What is said of `phones` between those `before` and `after`; alone where the network does
    not tell when each is heard, or cannot say so much at once.

    Args:
        say: runs the network.
    """
    before, after = _ending(_known(before)), _opening(_known(after))
    together = " ".join(part for part in (before, phones, after) if part)
    if together == phones or len(together) > MAX_PHONES:
        return say(phones, None)
    first = len(before) + 1 if before else 0
    last = first + len(phones)
    run = say(together, (first - bool(before), last + bool(after)))  # with the spaces beside them
    if not run.bounds:
        return say(phones, None)
    start = _parting(run, first - 1) if before else 0
    end = _parting(run, last) if after else len(run.samples)
    inside = np.clip(run.bounds[first : last + 1], start / SAMPLE_RATE, end / SAMPLE_RATE)
    return Run(
        _faded(run.samples[start:end], start=bool(before), end=bool(after)),
        [float(bound) - start / SAMPLE_RATE for bound in inside],
    )


def _known(phones: str) -> str:
    return "".join(phone for phone in phones if phone in SYMBOLS).strip()


def _opening(phones: str) -> str:
    """The first words of what follows, as far as the next mark."""
    end = next((at for at, phone in enumerate(phones) if phone in PAUSES), len(phones))
    phones = phones[:end]
    if len(phones) <= AHEAD:
        return phones.strip()
    space = phones.rfind(" ", 1, AHEAD + 1)
    return phones[: space if space > 0 else AHEAD].strip()


def _ending(phones: str) -> str:
    """The last words of what went before."""
    if len(phones) <= BEHIND:
        return phones
    return phones[phones.find(" ", len(phones) - BEHIND) + 1 :][-BEHIND:]


def _parting(run: Run, space: int) -> int:
    """The quietest sample at the space between two words, given by its number among the phones."""
    step = round(STEP_S * SAMPLE_RATE)
    low = max(0, round((run.bounds[space] - REACH_S) * SAMPLE_RATE))
    high = min(len(run.samples), round((run.bounds[space + 1] + REACH_S) * SAMPLE_RATE))
    power = np.convolve(np.square(run.samples[low:high]), np.ones(step), "same")
    return low + int(np.argmin(power)) if len(power) else low


def _faded(samples: Samples, *, start: bool, end: bool) -> Samples:
    """A copy that begins and ends in silence where it was cut."""
    faded = samples.copy()
    rise = np.linspace(0.0, 1.0, min(len(samples), round(FADE_S * SAMPLE_RATE)), dtype=np.float32)
    if start:
        faded[: len(rise)] *= rise
    if end:
        faded[len(faded) - len(rise) :] *= rise[::-1]
    return faded
