"""What the mark in speech survives, what it costs, and how often it is seen where it is not.

Takes long: `python -m benchmarks watermark`. The speech is what ships with Phonex: two recordings,
and sentences that voices of the embedded engine speak.
`PHONEX_WATERMARK_SPEECH` names a folder of recordings to take beside.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.stream import AudioStream

from benchmarks import judges
from benchmarks.sentences import SENTENCES
from config.settings import LimitSettings, Settings
from engines import registry
from engines.audio.decode import decode
from engines.audio.resample import resample
from engines.base import Utterance, Waveform
from engines.watermark.detector import RATE, find_mark
from engines.watermark.marker import Marker
from engines.watermark.pattern import Pattern, pattern_of

ROOT = Path(__file__).parents[1]
RECORDINGS = (
    ROOT / "serve_app" / "pages" / "harbour.ogg",
    ROOT / "tests" / "data" / "reference" / "demo_speaker0.mp3",
)
LIMITS = LimitSettings()
SPEAKERS = 6
SECRETS = 4  # each clip is marked by a few secrets: how well a secret fits a clip is chance
LENGTHS_S = (2.5, 5.0, 10.0)
STEP_S = 2.0  # from one clip's beginning to the next
UNMARKED = 2_000
OTHERS = 999  # jobs that a clip's own is told from
ABSENT = "-"

Change = Callable[[Waveform], Waveform]


def measure() -> list[dict[str, Any]]:
    speech = list(_speech())
    return [*_survival(speech), _false_alarms(speech), *_cost(speech)]


def _survival(speech: list[Waveform]) -> Iterator[dict[str, Any]]:
    """Marked clips, out of the middle of what was marked, after each change."""
    for seconds in LENGTHS_S:
        clips = [
            (number, _part(_marked(whole, number), start, seconds))
            for number in range(SECRETS)
            for whole in speech
            for start in _starts(whole, seconds, 4 * STEP_S)
        ]
        for name, change in CHANGES.items():
            looks = [_look(change(clip), number) for number, clip in clips]
            found, named = zip(*looks, strict=True)
            yield _row(f"found of {seconds:g} s after {name}", found, named)


def _look(heard: Waveform, number: int) -> tuple[bool, bool]:
    """Whether the mark is found, and whether it names its job among a thousand."""
    finding = find_mark(heard, _pattern(number))
    others = [int(one) for one in np.random.default_rng(number).integers(0, 2**32, OTHERS)]
    return finding.found, finding.heard_among([*others, _payload(number)]) == OTHERS


def _false_alarms(speech: list[Waveform]) -> dict[str, Any]:
    """Clips that nobody marked, each looked at with secrets until there were enough looks."""
    clips = [
        _part(whole, start, seconds)
        for seconds in LENGTHS_S
        for whole in speech
        for start in _starts(whole, seconds, STEP_S)
    ]
    rounds = -(-UNMARKED // len(clips))
    found = [find_mark(clip, _pattern(100 + n)).found for n in range(rounds) for clip in clips]
    return _row("found where nothing was put in", found, [])


def _cost(speech: list[Waveform]) -> Iterator[dict[str, Any]]:
    began = time.perf_counter()
    marked = [_marked(whole, 0) for whole in speech]
    spent = time.perf_counter() - began
    total = sum(whole.seconds for whole in speech)
    yield _figure("ms to mark a second of audio", 1e3 * spent / total)
    ratios = [_ratio_db(*pair) for pair in zip(speech, marked, strict=True)]
    yield _figure("dB of speech over mark, mean", float(np.mean(ratios)))
    yield _figure("dB of speech over mark, least", min(ratios))
    for name, waves in (("plain", speech), ("marked", marked)):
        try:
            yield _figure(f"DNSMOS, {name}", judges.mean_opinion(waves))
        except judges.Missing:
            yield {"what": f"DNSMOS, {name}", "share": ABSENT, "of": 0, "job named": ABSENT}


def _row(what: str, found: Any, named: Any) -> dict[str, Any]:
    share = float(np.mean(named)) if len(named) else ABSENT
    return {"what": what, "share": float(np.mean(found)), "of": len(found), "job named": share}


def _figure(what: str, value: float) -> dict[str, Any]:
    return {"what": what, "share": value, "of": 1, "job named": ABSENT}


def _speech() -> Iterator[Waveform]:
    folder = os.environ.get("PHONEX_WATERMARK_SPEECH")
    more = sorted(path for path in Path(folder).rglob("*") if path.is_file()) if folder else []
    for path in (*RECORDINGS, *more):
        yield decode(path, LIMITS)
    engine = registry.create_speech(Settings(engine="embedded"))
    try:
        voices = [(lang, name) for lang, names in engine.info.speakers.items() for name in names]
        for language, speaker in voices[:SPEAKERS]:
            waves = engine.synthesize(
                [Utterance(text, language, speaker) for text in SENTENCES[language]]
            )
            spoken = [wave for wave in waves if isinstance(wave, Waveform)]
            samples = np.concatenate([wave.samples for wave in spoken])
            yield Waveform(samples, spoken[0].sample_rate)
    finally:
        engine.close()


def _starts(whole: Waveform, seconds: float, step_s: float) -> list[float]:
    return list(np.arange(0.37, whole.seconds - seconds, step_s))


def _pattern(number: int) -> Pattern:
    return pattern_of(f"secret {number} of the benchmark".encode())


def _payload(number: int) -> int:
    return 0x9E3779B9 * (number + 1) % 2**32


def _marked(waveform: Waveform, number: int) -> Waveform:
    marker = Marker(_pattern(number).signs(_payload(number)), waveform.sample_rate)
    samples = np.concatenate([marker.mark(waveform.samples), marker.finish()])
    return Waveform(samples, waveform.sample_rate)


def _part(waveform: Waveform, start_s: float, seconds: float) -> Waveform:
    begin = round(start_s * waveform.sample_rate)
    end = begin + round(seconds * waveform.sample_rate)
    return Waveform(waveform.samples[begin:end], waveform.sample_rate)


def _ratio_db(plain: Waveform, marked: Waveform) -> float:
    change = np.square(marked.samples - plain.samples).mean()
    return float(10 * np.log10(np.square(plain.samples).mean() / change))


# What happens to audio


def _encoded(codec: str, container: str, rate: int, bits: int) -> Change:
    """To a file and back."""

    def change(waveform: Waveform) -> Waveform:
        memory = io.BytesIO()
        with av.open(memory, "w", format=container) as opened:
            stream = cast(AudioStream, opened.add_stream(codec, rate=rate, layout="mono"))
            context = stream.codec_context
            context.bit_rate = bits
            context.format = av.AudioFormat("flt" if codec == "libopus" else "fltp")
            context.open()
            samples = resample(waveform, rate).samples
            size = context.frame_size
            samples = np.pad(samples, (0, -len(samples) % size))
            for block in samples.reshape(-1, 1, size):
                frame = av.AudioFrame.from_ndarray(block, context.format.name, "mono")
                frame.sample_rate = rate
                opened.mux(stream.encode(frame))
            opened.mux(stream.encode(None))
        return decode(memory.getvalue(), LIMITS)

    return change


def _telephone(waveform: Waveform) -> Waveform:
    return resample(resample(waveform, 8_000), RATE)


def _noisy(below_db: float) -> Change:
    def change(waveform: Waveform) -> Waveform:
        drawn = np.random.default_rng(8).normal(size=len(waveform.samples))
        level = np.sqrt(np.square(waveform.samples).mean()) * 10 ** (-below_db / 20)
        noisy = (waveform.samples + level * drawn).astype(np.float32)
        return Waveform(noisy, waveform.sample_rate)

    return change


def _faster(factor: float) -> Change:
    def change(waveform: Waveform) -> Waveform:
        rate = waveform.sample_rate
        return Waveform(resample(waveform, round(rate / factor)).samples, rate)

    return change


CHANGES: dict[str, Change] = {
    "a cut": lambda waveform: waveform,
    "mp3 at 48 kbit/s": _encoded("libmp3lame", "mp3", 24_000, 48_000),
    "aac at 64 kbit/s": _encoded("aac", "adts", 44_100, 64_000),
    "opus at 24 kbit/s": _encoded("libopus", "ogg", 48_000, 24_000),
    "opus at 12 kbit/s": _encoded("libopus", "ogg", 48_000, 12_000),
    "a telephone's band": _telephone,
    "noise, 20 dB below": _noisy(20.0),
    "noise, 10 dB below": _noisy(10.0),
    "1.3% faster": _faster(1.013),
    "2.7% slower": _faster(0.973),
}
