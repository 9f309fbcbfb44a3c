"""What a recording is worth as a sample of a voice, and everything registration does to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.listening import Voice, find_voice
from engines.audio.noise import signal_to_noise_db
from engines.audio.segments import (
    Span,
    inside,
    speech_segments,
    total_seconds,
    whole_tenths,
)
from engines.base import Samples, Waveform
from engines.errors import UnusableSpeech

SILENT_DBFS = -60.0  # peak below which nothing was recorded: under the noise of a cheap microphone
FLOOR_DBFS = -96.0  # the least that 16 bits can hold; digital silence counts as this
CLIPPED = 0.999  # of full scale; encoders and 16 bits miss 1.0 by less

GOOD_SPEECH_S = 10.0  # one whole segment
MAX_CLIPPING = 0.001  # one sample in a thousand is audible
GOOD_SIGNAL_TO_NOISE_DB = 20.0
QUIET_DBFS = -40.0  # RMS; ordinary speech lies around -20
WIDE_BAND_HZ = 16_000  # below this the consonants are missing


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Measured on one recording. Levels are in dB relative to full scale."""

    speech_seconds: float
    total_seconds: float
    sample_rate: int  # Hz
    clipping: float  # fraction of samples at full scale
    signal_to_noise_db: float | None  # None when there is too little to tell it by
    peak_dbfs: float
    rms_dbfs: float  # of the speech
    warnings: tuple[str, ...] = ()  # for the person who recorded it


def prepare_file(data: bytes, limits: LimitSettings) -> tuple[list[Waveform], QualityReport]:
    """A recording as it was uploaded, to what `prepare_sample` makes of it.

    Raises:
        AudioError: it cannot be read, or nobody speaks in it.
    """
    return prepare_sample(decode(data, limits), limits)


def prepare_sample(
    waveform: Waveform, limits: LimitSettings
) -> tuple[list[Waveform], QualityReport]:
    """A decoded recording to the segments a voice is learnt from, and a report on it.

    Raises `UnusableSpeech` for silence, or for less of a voice than `limits.min_speech_seconds`.
    """
    _require_sound(waveform)
    voice = find_voice(waveform, limits.min_speech_seconds)
    report = assess(waveform, voice.spans)
    if voice.recognised_s < limits.min_speech_seconds:
        report = replace(report, warnings=(_unusual_words(voice), *report.warnings))
    return speech_segments(waveform, voice.spans, limits.min_speech_seconds), report


def assess(waveform: Waveform, speech: Sequence[Span]) -> QualityReport:
    """Measures `waveform`, in which `speech` was found. Raises `UnusableSpeech` for silence."""
    _require_sound(waveform)
    voiced = inside(waveform, speech)
    clipping = float(np.mean(np.abs(waveform.samples) >= CLIPPED))
    noise_db = signal_to_noise_db(waveform, speech)
    rms_dbfs = _dbfs(math.sqrt(_power(voiced)))
    speech_seconds = total_seconds(speech)
    return QualityReport(
        speech_seconds=speech_seconds,
        total_seconds=waveform.seconds,
        sample_rate=waveform.sample_rate,
        clipping=clipping,
        signal_to_noise_db=noise_db,
        peak_dbfs=_dbfs(_peak(waveform.samples)),
        rms_dbfs=rms_dbfs,
        warnings=_warnings(speech_seconds, clipping, noise_db, rms_dbfs, waveform.sample_rate),
    )


def _warnings(
    speech_seconds: float,
    clipping: float,
    noise_db: float | None,
    rms_dbfs: float,
    sample_rate: int,
) -> tuple[str, ...]:
    warnings = []
    if speech_seconds < GOOD_SPEECH_S:
        warnings.append(
            f"{whole_tenths(speech_seconds):.1f} seconds of speech; "
            f"{GOOD_SPEECH_S:g} or more give a closer voice"
        )
    if clipping > MAX_CLIPPING:
        warnings.append(f"{clipping:.1%} of the samples are clipped; record at a lower level")
    if noise_db is not None and noise_db < GOOD_SIGNAL_TO_NOISE_DB:
        warnings.append(f"{_noise_words(noise_db)}; record closer, in a quieter place")
    if rms_dbfs < QUIET_DBFS:
        warnings.append(f"speech is very quiet ({rms_dbfs:.0f} dBFS); record at a higher level")
    if sample_rate < WIDE_BAND_HZ:
        warnings.append(
            f"{sample_rate:,} samples a second is telephone quality; "
            f"{WIDE_BAND_HZ:,} or more keep the consonants"
        )
    return tuple(warnings)


def _unusual_words(voice: Voice) -> str:
    return (
        f"only {whole_tenths(voice.recognised_s):.1f} seconds were recognised as ordinary speech; "
        f"the voice was learnt from {whole_tenths(voice.seconds):.1f} seconds "
        "that sound like an unusual voice: listen whether it is the right one"
    )


def _noise_words(noise_db: float) -> str:
    if noise_db < 1:
        return "noise and echo are as loud as the speech, or louder"
    return f"speech is only {math.floor(noise_db)} dB above the noise and echo"


def _require_sound(waveform: Waveform) -> None:
    if not np.isfinite(waveform.samples).all():
        raise UnusableSpeech("The recording holds samples that are no finite numbers.")
    if _dbfs(_peak(waveform.samples)) < SILENT_DBFS:
        raise UnusableSpeech("The recording is silent.")


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0


def _peak(samples: Samples) -> float:
    return float(np.max(np.abs(samples))) if len(samples) else 0.0


def _dbfs(amplitude: float) -> float:
    return max(20 * math.log10(amplitude), FLOOR_DBFS) if amplitude > 0 else FLOOR_DBFS
