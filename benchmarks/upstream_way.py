"""Our networks, arranged as upstream runs its own.

One process whose threads are all cores, one utterance at a time, the allocator as it comes, weight
norm worked out anew with every call, whole pieces in the decoder, samples joined in Python lists,
and a file between speaking and converting.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
from torch import Tensor, nn

from benchmarks.workload import LANGUAGE, SPEAKER
from engines.base import Utterance
from engines.melo import checkpoint as melo
from engines.melo.engine import PAUSE_S
from engines.melo.request import MeloInput, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Spoken, SynthesisLimits
from engines.neural.found import base_speakers, find
from engines.neural.front_end import MeloFrontEnd
from engines.nn.chunks import Chunking
from engines.nn.hifigan import HifiGan
from engines.nn.noise import SeededNoise
from engines.nn.wavenet import WaveNet
from engines.openvoice import checkpoint as openvoice
from engines.openvoice.conversion import ConversionLimits, ConversionRequest, ToneConverter
from engines.openvoice.engine import base_speaker_key
from engines.reading import front_end
from engines.reading.bert import BertFeatures
from engines.reading.pipeline import TextPipeline

WHOLE = Chunking(frames=10**9, batch_frames=10**9)


class UpstreamWay:
    """Clones one text at a time."""

    def __init__(self, models_dir: Path, folder: Path) -> None:
        torch.set_num_threads(os.cpu_count() or 1)
        self.folder = folder
        found = find(models_dir, bert=True, allow_random=True)
        speech = found.speech[LANGUAGE][0]
        self.speech = melo.load(speech.folder)
        converter = found.require_converter()
        self.converter = openvoice.load(converter.folder)
        with_weight_norm(self.speech.network)
        with_weight_norm(self.converter.network)
        bert = BertFeatures(found.berts[LANGUAGE])
        front = front_end(LANGUAGE, bert.tokenize, False, models_dir)
        data = self.speech.config.data
        pipeline = TextPipeline(front, self.speech.config.symbols, bert.tokenize, data.add_blank)
        self.front = MeloFrontEnd(pipeline, bert)
        size = self.converter.config.model.gin_channels
        voices = openvoice.read_base_speakers(base_speakers(converter), size)
        self.source = voices[base_speaker_key(SPEAKER)]
        self.synthesizer = MeloSynthesizer(self.speech.network, SynthesisLimits(decoder=WHOLE))
        self.tone = ToneConverter(
            self.converter.network,
            self.converter.config.data.spectrogram,
            ConversionLimits(decoder=WHOLE),
        )

    def clone(self, text: str, target: Tensor, seed: int) -> float:
        """Seconds of audio written to a file."""
        (symbols,) = self.front([Utterance(text, LANGUAGE, SPEAKER)])
        if not isinstance(symbols, MeloInput):
            raise symbols
        wave = self.speak(symbols, seed)
        base, rate = self.folder / "base.wav", self.speech.config.data.sampling_rate
        joined: list[float] = []
        joined += wave.reshape(-1).tolist()
        joined += [0.0] * int(rate * PAUSE_S)
        soundfile.write(base, np.array(joined).astype(np.float32), rate)
        samples, _ = soundfile.read(base, dtype="float32")
        wanted = self.converter.config.data.sampling_rate
        resampled = torch.from_numpy(soxr.resample(samples, rate, wanted))
        converted = self.convert(resampled, target, seed)
        soundfile.write(self.folder / "cloned.wav", converted.numpy(), wanted)
        return len(converted) / wanted

    def speak(self, symbols: MeloInput, seed: int) -> Tensor:
        speaker = self.speech.config.data.spk2id[SPEAKER]
        (said,) = self.synthesizer.synthesize([SpeechRequest(symbols, speaker, SeededNoise(seed))])
        if not isinstance(said, Spoken):
            raise said
        return said.samples

    def convert(self, samples: Tensor, target: Tensor, seed: int) -> Tensor:
        request = ConversionRequest(samples, self.source, target, SeededNoise(seed))
        (wave,) = self.tone.convert([request])
        return wave


def with_weight_norm(network: nn.Module) -> None:
    """Where upstream keeps it: on the decoder's blocks and upsamplings, and in the WaveNets."""
    for part in network.modules():
        if isinstance(part, HifiGan):
            inner = [layer for stage in part.stages for layer in stage.modules()]
        elif isinstance(part, WaveNet):
            inner = list(part.modules())
        else:
            continue
        for layer in inner:
            if isinstance(layer, nn.Conv1d | nn.ConvTranspose1d):
                nn.utils.weight_norm(layer)
    network.requires_grad_(False)
