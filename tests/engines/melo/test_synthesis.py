"""What a request becomes depends on nothing but the request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.errors import UnspeakableText
from engines.melo.checkpoint import MeloCheckpoint
from engines.melo.request import MeloInput, Prosody, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Spoken, SynthesisLimits
from engines.nn.chunks import Chunking
from engines.nn.grouping import BatchLimits
from engines.nn.noise import NoNoise, SeededNoise

TOLERANCE = 1e-4  # of full scale
ONE_BATCH = BatchLimits(items=64, steps=1_000_000, waste=1)
ALONE = BatchLimits(items=1)


def request(steps: int, seed: int, speed: float = 1.0, bert: bool = True) -> SpeechRequest:
    """Random symbols that `seed` decides, with noise on."""
    rng = np.random.default_rng(seed)
    return SpeechRequest(
        text=MeloInput(
            phones=rng.integers(0, 219, steps).tolist(),
            tones=rng.integers(0, 16, steps).tolist(),
            languages=rng.integers(0, 10, steps).tolist(),
            bert=torch.from_numpy(rng.standard_normal((768, steps), np.float32)) if bert else None,
        ),
        speaker=seed % 5,
        noise=SeededNoise(seed),
        speed=speed,
    )


def mixed() -> list[SpeechRequest]:
    return [
        request(3, 1),
        request(31, 2, speed=1.3),
        request(7, 3, bert=False),
        request(50, 4, speed=0.8),
        request(31, 5),
    ]


def run(
    tiny: MeloCheckpoint, requests: list[SpeechRequest], limits: SynthesisLimits
) -> list[Tensor]:
    spoken = MeloSynthesizer(tiny.network, limits).synthesize(requests)
    assert all(isinstance(one, Spoken) for one in spoken)
    return [one.samples for one in spoken if isinstance(one, Spoken)]


def worst(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """The largest difference, tails included: lengths must be equal too."""
    assert [a.shape for a in ours] == [b.shape for b in theirs]
    return max((a - b).abs().max().item() for a, b in zip(ours, theirs, strict=True))


def test_a_batch_gives_what_each_gives_alone(tiny: MeloCheckpoint) -> None:
    together = run(tiny, mixed(), SynthesisLimits(text=ONE_BATCH, flow=ONE_BATCH))
    alone = [run(tiny, [item], SynthesisLimits())[0] for item in mixed()]
    assert worst(together, alone) <= TOLERANCE
    assert min(wave.std().item() for wave in alone) > 0.05


@pytest.mark.parametrize("other", [1, 30, 90])
def test_neighbours_do_not_matter(tiny: MeloCheckpoint, other: int) -> None:
    """Padded by another amount, the same audio to its last sample."""
    limits = SynthesisLimits(text=ONE_BATCH, flow=ONE_BATCH)
    wave = run(tiny, [request(20, 9), request(other, 10)], limits)[0]
    assert worst([wave], run(tiny, [request(20, 9)], limits)) <= TOLERANCE


def test_order_is_kept_whatever_the_groups(tiny: MeloCheckpoint) -> None:
    grouped = run(tiny, mixed(), SynthesisLimits(text=ALONE, flow=ALONE))
    together = run(tiny, mixed()[::-1], SynthesisLimits(text=ONE_BATCH, flow=ONE_BATCH))
    assert worst(grouped, together[::-1]) <= TOLERANCE


@pytest.mark.parametrize("frames", [5, 29, 64])
def test_chunks_do_not_matter(tiny: MeloCheckpoint, frames: int) -> None:
    requests = [request(20, 1), request(3, 2)]
    whole = run(tiny, requests, SynthesisLimits(decoder=Chunking(frames=100_000)))
    requests = [request(20, 1), request(3, 2)]
    cut = run(tiny, requests, SynthesisLimits(decoder=Chunking(frames=frames)))
    assert worst(cut, whole) <= 2e-5


def test_a_seed_decides_everything(tiny: MeloCheckpoint) -> None:
    first, again = (run(tiny, [request(20, 1)], SynthesisLimits())[0] for _ in range(2))
    assert torch.equal(first, again)
    other = run(tiny, [replace(request(20, 1), noise=SeededNoise(2))], SynthesisLimits())[0]
    assert other.shape != first.shape or not torch.equal(other, first)


def test_speed_shortens(tiny: MeloCheckpoint) -> None:
    frames = [
        MeloSynthesizer(tiny.network).priors([request(60, 1, speed)])[0].frames
        for speed in (0.5, 1.0, 2.0)
    ]
    assert frames == sorted(frames, reverse=True)
    # Rounding up to whole frames adds up to one frame a symbol.
    assert frames[0] == pytest.approx(2 * frames[1], abs=60)


def test_without_noise_scales_the_seed_is_irrelevant(tiny: MeloCheckpoint) -> None:
    still = replace(request(20, 1), prosody=Prosody(noise_scale=0, noise_scale_w=0))
    silent = replace(still, noise=NoNoise())
    synthesizer = MeloSynthesizer(tiny.network)
    assert worst(
        run(tiny, [still], synthesizer.limits), run(tiny, [silent], synthesizer.limits)
    ) == pytest.approx(0)


def test_features_of_zeros_are_no_features(tiny: MeloCheckpoint) -> None:
    """The projection's bias is added either way."""
    bare = request(20, 1, bert=False)
    zeros = torch.zeros(768, 20), torch.zeros(1024, 20)
    filled = replace(bare.text, bert=zeros[0], wide_bert=zeros[1])
    limits = SynthesisLimits()
    ours = run(tiny, [bare], limits)
    assert worst(ours, run(tiny, [replace(request(20, 1), text=filled)], limits)) <= TOLERANCE


def test_an_endless_piece_is_refused_alone(tiny: MeloCheckpoint) -> None:
    limits = SynthesisLimits(frames=100)
    synthesizer = MeloSynthesizer(tiny.network, limits)
    waves = synthesizer.synthesize([request(8, 1), request(90, 2), request(8, 3, speed=1e-30)])
    assert isinstance(waves[0], Spoken)
    assert isinstance(waves[1], UnspeakableText)
    assert isinstance(waves[2], UnspeakableText)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tones": [1]}, "2 phones but 1 tones"),
        ({"languages": [1, 2, 3]}, "2 phones but 3 languages"),
        ({"phones": [0, 219]}, "phones go from 0 to 219, and 219 are known"),
        ({"tones": [-1, 0]}, "tones go from -1 to 0, and 16 are known"),
        ({"languages": [0, 10]}, "languages go from 0 to 10, and 10 are known"),
        ({"bert": torch.zeros(768, 3)}, r"bert is \(768, 3\), not \(768, 2\)"),
        ({"wide_bert": torch.zeros(768, 2)}, "wide_bert"),
    ],
)
def test_what_does_not_fit_is_named(
    tiny: MeloCheckpoint, change: dict[str, object], message: str
) -> None:
    text = MeloInput([1, 2], [0, 0], [2, 2])
    text.check(tiny.config)
    with pytest.raises(ValueError, match=message):
        replace(text, **change).check(tiny.config)  # type: ignore[arg-type]


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_speed_must_be_positive(tiny: MeloCheckpoint, speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        request(3, 1, speed=speed).check(tiny.config)


@pytest.mark.parametrize("speaker", [-1, 256])
def test_speaker_must_be_known(tiny: MeloCheckpoint, speaker: int) -> None:
    with pytest.raises(ValueError, match="speaker"):
        replace(request(3, 1), speaker=speaker).check(tiny.config)


def test_nothing_to_say_is_unspeakable(tiny: MeloCheckpoint) -> None:
    with pytest.raises(UnspeakableText):
        MeloInput([], [], []).check(tiny.config)
