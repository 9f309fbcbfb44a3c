"""Symbols to audio, against what upstream's MeloTTS made of the same symbols."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from engines.melo.checkpoint import load_upstream
from engines.melo.network import MeloNetwork, SpeechModel, SpeechNetwork
from engines.melo.request import MeloInput, Prosody, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Prior, Spoken, SynthesisLimits, sample
from engines.nn.chunks import Chunking
from engines.nn.duration import expand
from engines.nn.grouping import BatchLimits
from engines.nn.hifigan import UpsamplingStage
from engines.nn.noise import NoiseSource, NoNoise, RecordedNoise
from tests.parity._rows import AUDIO, BATCHED, EXACT, LATENT, Row, difference

SMALL_CHUNK = 50  # frames; short enough that most cases are cut


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    tensors: dict[str, Tensor]
    settings: dict[str, float]  # how upstream was called

    def request(self) -> SpeechRequest:
        """The same request, its noise not yet drawn."""
        wide, bert = self.tensors["in.bert"][0], self.tensors["in.ja_bert"][0]
        return SpeechRequest(
            text=MeloInput(
                phones=self.tensors["in.x"][0].tolist(),
                tones=self.tensors["in.tone"][0].tolist(),
                languages=self.tensors["in.language"][0].tolist(),
                bert=bert if bert.any() else None,
                wide_bert=wide if wide.any() else None,
            ),
            speaker=int(self.tensors["in.sid"]),
            noise=self.noise(),
            speed=1 / self.settings["length_scale"],
            prosody=Prosody(
                sdp_ratio=self.settings["sdp_ratio"],
                noise_scale=self.settings["noise_scale"],
                noise_scale_w=self.settings["noise_scale_w"],
            ),
        )

    def noise(self) -> NoiseSource:
        if "noise.sdp" not in self.tensors:
            return NoNoise()
        return RecordedNoise([self.tensors["noise.sdp"][0], self.tensors["noise.prior"][0]])

    def expected(self, stage: str) -> Tensor:
        return self.tensors[f"out.{stage}"][0]  # batches of one


def read_cases(folder: Path) -> list[Case]:
    """The cases that `cases.json` lists."""
    listed = json.loads((folder / "cases.json").read_text("utf-8"))
    entries = listed["cases"] if isinstance(listed, dict) else listed
    return [
        Case(entry["name"], load_file(folder / f"{entry['name']}.safetensors"), entry)
        for entry in entries
    ]


def compare(folder: Path, model: SpeechModel | None = None) -> Iterator[Row]:
    """`model`: the same weights on another backend; PyTorch's by default."""
    network = (model or load_upstream(folder)).network
    cases = read_cases(folder)
    synthesizer = MeloSynthesizer(network)
    for case in cases:
        yield from compare_stages(case, synthesizer)
        if isinstance(network, MeloNetwork):
            yield from compare_decoder(case, network)
    yield from compare_batch(folder.name, cases, network)


def compare_stages(case: Case, synthesizer: MeloSynthesizer) -> Iterator[Row]:
    """One case alone, through the code that serves requests."""
    request = case.request()
    (prior,) = synthesizer.priors([request])
    yield from compare_prior(case, prior)
    sampled = sample(request, prior)
    yield difference(case.name, "z_p", sampled, case.expected("z_p"), LATENT)
    (latent,) = synthesizer.latents([sampled], [prior.speaker])
    yield difference(case.name, "z", latent, case.expected("z"), LATENT)
    (wave,) = synthesizer.decode([latent], [prior.speaker])
    yield difference(case.name, "audio", wave, case.expected("audio")[0], AUDIO)
    small = SynthesisLimits(decoder=Chunking(frames=SMALL_CHUNK))
    (wave,) = MeloSynthesizer(synthesizer.network, small).decode([latent], [prior.speaker])
    yield difference(case.name, "audio in chunks", wave, case.expected("audio")[0], AUDIO)


def compare_prior(case: Case, prior: Prior) -> Iterator[Row]:
    ours = {
        "enc_x": prior.hidden,
        "m_p_text": prior.mean,
        "logs_p_text": prior.log_scale,
        "logw_sdp": prior.stochastic,
        "logw_dp": prior.expected,
        "logw": prior.log_frames,
    }
    for stage, tensor in ours.items():
        yield difference(case.name, stage, tensor, case.expected(stage), LATENT)
    durations = case.expected("durations")[0]
    yield difference(case.name, "durations", prior.durations, durations, EXACT)
    for stage, tensor in {"m_p": prior.mean, "logs_p": prior.log_scale}.items():
        expanded = expand(tensor, prior.durations)
        yield difference(case.name, stage, expanded, case.expected(stage), LATENT)


@torch.inference_mode()
def compare_decoder(case: Case, network: MeloNetwork) -> Iterator[Row]:
    """The decoder's upsamplings, from upstream's own latent, where the case stores them."""
    stored = sorted(name for name in case.tensors if name.startswith("out.dec_up"))
    outputs: list[Tensor] = []
    hooks = [
        stage.upsample.register_forward_hook(lambda *call: outputs.append(call[-1]))
        for stage in network.decoder.stages
        if isinstance(stage, UpsamplingStage)
    ]
    speaker = network.speakers(case.tensors["in.sid"]).unsqueeze(-1)  # (1, G, 1)
    network.decoder(case.tensors["out.z"], speaker)
    for hook in hooks:
        hook.remove()
    for name, ours in zip(stored, outputs, strict=False):
        yield difference(
            case.name, name.removeprefix("out."), ours[0], case.tensors[name][0], LATENT
        )


def compare_batch(name: str, cases: list[Case], network: SpeechNetwork) -> Iterator[Row]:
    """All cases in one padded batch, against upstream's runs of one."""
    everything = BatchLimits(items=len(cases), steps=1_000_000, waste=1)
    limits = SynthesisLimits(text=everything, flow=everything)
    spoken = MeloSynthesizer(network, limits).synthesize([case.request() for case in cases])
    for case, one in zip(cases, spoken, strict=True):
        ours = one.samples if isinstance(one, Spoken) else torch.empty(0)
        expected = case.expected("audio")[0]
        yield difference(f"{name}, one batch", case.name, ours, expected, BATCHED)
