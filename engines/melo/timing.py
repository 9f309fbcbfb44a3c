"""When each word of a piece is heard, by the durations that MeloTTS gave its symbols."""

from __future__ import annotations

from itertools import accumulate

from torch import Tensor

from engines.melo.request import TimedText
from engines.reading.timing import TimedPhone, WordTime, time_words


def word_times(text: TimedText, durations: Tensor, frame_s: float) -> tuple[WordTime, ...]:
    """Exact to a frame. A blank belongs to the phone before it, the first one to nobody.

    Args:
        durations: (T,) int, frames of each symbol.
        frame_s: seconds of one frame.
    """
    blank_first = len(durations) - text.symbols * len(text.phones)  # 1 where there are blanks
    bounds = [0, *accumulate(durations.tolist())]
    starts = [frame_s * frame for frame in bounds[blank_first :: text.symbols]]
    heard = [
        TimedPhone(phone, start, end)
        for phone, start, end in zip(text.phones, starts[:-1], starts[1:], strict=True)
    ]
    return time_words(text.words, text.alone, heard)
