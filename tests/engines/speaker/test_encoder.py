"""The speaker encoder on recordings of ten people, and what its cosines mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.similarity import SPEAKERS, by_encoder, compare, read_clips
from engines.base import Waveform
from engines.errors import EngineUnavailable
from engines.speaker.calibration import OTHERS, OTHERS_TO, SAME, SAME_FROM, stand
from engines.speaker.encoder import SpeakerEncoder, cosine, find_encoder
from engines.speaker.mel import BANDS, HOP, RATE, mel
from engines.speaker.published import FILE, FOLDER, TENSORS

MODELS = Path(__file__).parents[3] / "build" / "models"


@pytest.fixture(scope="module")
def encoder() -> SpeakerEncoder:
    found = find_encoder([MODELS])
    if found is None:
        pytest.skip("build/models has no speaker encoder: make build/models")
    return found


def untrained() -> SpeakerEncoder:
    chance = np.random.default_rng(3)
    return SpeakerEncoder(
        {
            name: chance.normal(0, 0.1, shape).astype(np.float32)
            for name, (_, shape) in TENSORS.items()
        }
    )


def noise(seconds: float, seed: int = 0, rate: int = RATE) -> Waveform:
    drawn = np.random.default_rng(seed).normal(0, 0.1, round(seconds * rate))
    return Waveform(drawn.astype(np.float32), rate)


def test_every_pair_of_one_person_is_more_alike_than_every_pair_of_two(
    encoder: SpeakerEncoder,
) -> None:
    found = compare(read_clips(SPEAKERS), by_encoder(encoder))
    assert len(found.same) >= 30
    assert min(found.same) > max(found.others)
    same, others = found.quantiles()
    assert same == pytest.approx(SAME, abs=0.01)  # the calibration that is shipped
    assert others == pytest.approx(OTHERS, abs=0.01)


def test_a_voiceprint_is_a_direction_whatever_the_level_and_the_rate() -> None:
    encoder = untrained()
    one = encoder.encode([noise(2.0)])
    assert one is not None
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-5)
    quiet = encoder.encode([Waveform(noise(2.0).samples * np.float32(0.05), RATE)])
    assert quiet is not None
    assert cosine(one, quiet) > 0.99


@pytest.mark.parametrize(
    "wave",
    [
        noise(0.1),
        Waveform(np.zeros(RATE, np.float32), RATE),
        Waveform(np.zeros(0, np.float32), RATE),
        Waveform(np.full(RATE, np.nan, np.float32), RATE),
    ],
    ids=["short", "silent", "empty", "no numbers"],
)
def test_what_is_no_speech_has_no_voiceprint(wave: Waveform) -> None:
    encoder = untrained()
    with np.errstate(all="ignore"):
        assert encoder.encode([wave]) is None
    assert encoder.encode([]) is None


def test_short_pieces_make_a_voice_together() -> None:
    assert untrained().encode([noise(0.25, seed) for seed in range(4)]) is not None


def test_other_tensors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        SpeakerEncoder({})
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / FILE).write_bytes(b"no safetensors")
    with pytest.raises(EngineUnavailable):
        find_encoder([tmp_path])


def test_a_tone_is_in_its_band() -> None:
    turns = 2 * np.pi * 1000 * np.arange(RATE) / RATE
    bands = mel(np.sin(turns).astype(np.float32))
    assert bands.shape == (RATE // HOP + 1, BANDS)
    assert int(bands[10:-10].mean(axis=0).argmax()) == pytest.approx(13, abs=1)


def test_a_cosine_stands_where_it_was_measured() -> None:
    assert stand(SAME_FROM).verdict == "same"
    assert stand(OTHERS_TO).verdict == "others"
    assert stand((SAME_FROM + OTHERS_TO) / 2).verdict == "between"
    assert (stand(-1.0).above_others, stand(1.0).below_same) == (0.0, 1.0)
    steps = [stand(cosine).below_same for cosine in np.linspace(0, 1, 50)]
    assert steps == sorted(steps)
