"""What docs/audio.md lets one hear is what it says: those engines, saying that sentence."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import LimitSettings, Settings
from engines import registry
from engines.audio.decode import decode
from engines.audio.resample import resample
from engines.base import Waveform
from export.audio_samples import FOLDER, SAMPLES, SENTENCES, AudioSample
from tests.docs.markdown import ROOT, links, tokens
from tests.natural import BROUGHT, WHY_NOT

PAGE = ROOT / "docs" / "audio.md"
MOST_BYTES = 64_000  # of one, in a repository


def rows() -> list[list[str]]:
    cells: list[list[str]] = []
    for token in tokens(PAGE):
        if token.type == "tr_open":
            cells.append([])
        elif token.type == "inline" and cells and token.level > 2:
            cells[-1].append(token.content.strip("`"))
    return [row for row in cells if len(row) == 4][1:]


def test_the_page_has_every_file_with_its_engine_and_speaker() -> None:
    listed = [(engine, language, speaker) for engine, language, speaker, _ in rows()]
    assert listed == [(one.engine, one.language, one.speaker) for one in SAMPLES]
    linked = {(PAGE.parent / link).resolve() for link in links(PAGE) if link.startswith("audio/")}
    assert linked == {one.path for one in SAMPLES} == set(FOLDER.iterdir())
    assert all(sentence in PAGE.read_text("utf-8") for sentence in SENTENCES.values())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.path.stem)
def test_a_file_is_what_its_engine_says_today(sample: AudioSample) -> None:
    assert sample.path.stat().st_size < MOST_BYTES
    settings = Settings.model_validate({"engine": sample.engine, "neural": {"models_dir": BROUGHT}})
    if not registry.diagnose(settings)[sample.engine].usable:
        pytest.skip(WHY_NOT)
    speech = registry.create_speech(settings)
    try:
        (said,) = speech.synthesize([sample.utterance])
    finally:
        speech.close()
    assert isinstance(said, Waveform)
    assert likeness(decode(sample.path, LimitSettings()), said) > 0.9


def likeness(one: Waveform, other: Waveform) -> float:
    """Greatest correlation of two waveforms, wherever one begins in the other: codecs delay."""
    rate = min(one.sample_rate, other.sample_rate)
    first, second = (resample(wave, rate).samples for wave in (one, other))
    size = 1 << (len(first) + len(second)).bit_length()
    spectra = np.fft.rfft(first, size) * np.conj(np.fft.rfft(second, size))
    found = np.fft.irfft(spectra, size).max()
    return float(found / (np.linalg.norm(first) * np.linalg.norm(second)))
