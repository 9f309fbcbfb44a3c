"""Every stage of the networks alone, at batch 1, 4 and 16: time, arithmetic and memory.

FLOPs are counted by PyTorch while a stage runs, the machine's peak is the best of some products of
square matrices, and memory is what a stage adds to the process's peak (on a GPU: what it takes).
Random weights, tiny and of full size; on the CPU with one thread, as a worker has, and on a GPU
where there is one, where the least time that the weights' bytes and the FLOPs would take stands
beside.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.workload import LANGUAGE, SPEAKER, models, sentences, settings
from engines.base import Utterance
from engines.melo.network import MeloNetwork
from engines.melo.request import MeloInput, SpeechRequest
from engines.melo.synthesis import sample
from engines.neural.arrange import DTYPES
from engines.neural.found import find
from engines.neural.speech import NeuralSpeech
from engines.neural.voice import NeuralVoice
from engines.nn.noise import SeededNoise
from engines.openvoice.conversion import ConversionRequest
from engines.openvoice.network import ConverterNetwork

BATCHES = (1, 4, 16)
REPEATS = 2
PEAK_SIZE = 2048  # of the matrices multiplied
GPU_BYTES_S = 3.0e12  # memory bandwidth that the floor assumes, about an H100's
NetworkT = TypeVar("NetworkT")
Stage = tuple[str, Callable[[], Any], torch.nn.Module]


def measure(models_dir: Path | None = None) -> list[dict[str, Any]]:
    rows = []
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for size in ("tiny", "full"):
        with models(models_dir if size == "full" else None, size) as folder:
            for device in devices:
                for precision in precisions(device):
                    found = measure_on(folder, device, precision)
                    rows += [{"weights": size, **row} for row in found]
    return rows


def precisions(device: str) -> list[str]:
    if device == "cuda":
        return ["fp32", "bf16", "fp16"]
    return ["fp32", *(["bf16"] if torch.ops.mkldnn._is_mkldnn_bf16_supported() else [])]


def measure_on(folder: Path, device: str, precision: str) -> list[dict[str, Any]]:
    chosen = settings(folder, device=device, precision=precision, max_decoder_frames=448 * 16)
    found = find(folder, bert=True, allow_random=True)
    torch.set_num_threads(1)
    speech = NeuralSpeech(found, chosen.neural)
    voice = NeuralVoice(found, chosen.neural, "torch")
    peak = matrix_peak(device, DTYPES[precision])
    try:
        return [
            row
            for items in BATCHES
            for row in measure_batch(speech, voice, items, f"{device} {precision}", peak)
        ]
    finally:
        speech.close()
        voice.close()


def measure_batch(
    speech: NeuralSpeech, voice: NeuralVoice, items: int, where: str, peak: float
) -> Iterator[dict[str, Any]]:
    made: list[Stage] = []
    audio_s = stages(speech, voice, items, made)
    for name, run, part in made:
        with FlopCounterMode(display=False) as counter:
            run()
        before = peak_memory()
        elapsed = min(timed(run) for _ in range(REPEATS))
        flops = counter.get_total_flops()
        row = {
            "stage": name,
            "on": where,
            "batch": items,
            "audio s/s": audio_s / elapsed,
            "real-time factor": elapsed / audio_s,
            "GFLOP/s": flops / elapsed / 1e9,
            "share of peak": flops / elapsed / peak,
            "peak MiB": (peak_memory() - before) / 2**20,
        }
        if where.startswith("cuda"):
            stored = sum(weight.numel() * weight.element_size() for weight in part.parameters())
            row["floor, s"] = max(flops / peak, stored / GPU_BYTES_S)
        yield row


def stages(speech: NeuralSpeech, voice: NeuralVoice, items: int, made: list[Stage]) -> float:
    """Each stage over `items` pieces of one length, ready to run; seconds of audio they make."""
    engine = next(iter(speech.engines.values()))
    synthesizer = engine.running()
    network = of_torch(MeloNetwork, synthesizer.network)
    texts = text_batches(items)
    bert = engine.front_end.bert  # type: ignore[attr-defined]  # MeloFrontEnd has it
    inputs = engine.front_end(next(texts))
    speaker = engine.config.data.spk2id[SPEAKER]
    requests = [
        SpeechRequest(one, speaker, SeededNoise(n))
        for n, one in enumerate(inputs)
        if isinstance(one, MeloInput)
    ]
    priors = synthesizer.priors(requests)
    sampled = [sample(request, prior) for request, prior in zip(requests, priors, strict=True)]
    speakers = [prior.speaker for prior in priors]
    latents = synthesizer.latents(sampled, speakers)
    waves = synthesizer.decode(latents, speakers)
    audio_s = sum(len(wave) for wave in waves) / engine.info.sample_rate

    converter = voice.engine.running()
    converting = of_torch(ConverterNetwork, converter.network)
    half = [wave[::2].contiguous() for wave in waves]  # as many samples as the converter's rate has
    size = voice.engine.size
    one, other = torch.zeros(size), torch.full((size,), 0.1)
    conversions = [ConversionRequest(w, one, other, SeededNoise(n)) for n, w in enumerate(half)]
    encoded = converter.encode(conversions)
    targets = [request.target for request in conversions]
    with_bert = [speech.parts[LANGUAGE]] if bert else []
    made += [
        ("front end and BERT", lambda: engine.front_end(next(texts)), bert.model) for _ in with_bert
    ]
    made += [
        ("text encoder, durations", lambda: synthesizer.priors(requests), network.text_encoder),
        ("flow", lambda: synthesizer.latents(sampled, speakers), network.flow),
        ("decoder", lambda: synthesizer.decode(latents, speakers), network.decoder),
        ("spectrogram, encoder", lambda: converter.encode(conversions), converting.encoder),
        (
            "converter flow, one way",
            lambda: converter.flow(encoded, targets, inverse=False),
            converting.flow,
        ),
        (
            "converter decoder",
            lambda: converter.decode(encoded, targets),
            converting.decoder,
        ),
        ("reference encoder", lambda: converter.embed(half), converting.reference),
    ]
    return audio_s


def of_torch(kind: type[NetworkT], network: object) -> NetworkT:
    """The network as PyTorch's, whose FLOPs can be counted."""
    if not isinstance(network, kind):
        raise TypeError(f"{type(network).__name__} is not computed by PyTorch")
    return network


def text_batches(items: int) -> Iterator[list[Utterance]]:
    """Texts of 14 words, new ones every time: BERT remembers."""
    every = (text for text in sentences(seed=items) if len(text.split()) == 14)
    while True:
        yield [Utterance(next(every), LANGUAGE, SPEAKER) for _ in range(items)]


def timed(run: Callable[[], Any]) -> float:
    synchronize()
    began = time.perf_counter()
    run()
    synchronize()
    return time.perf_counter() - began


def synchronize() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def peak_memory() -> int:
    """Bytes, since the process began; on a GPU since the last call."""
    if torch.cuda.is_available():
        most: int = torch.cuda.max_memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        return most
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def matrix_peak(device: str, dtype: torch.dtype) -> float:
    """FLOP/s of the best product of two square matrices."""
    matrix = torch.randn(PEAK_SIZE, PEAK_SIZE, device=device).to(dtype)
    best = min(timed(lambda: matrix @ matrix) for _ in range(8))
    return 2 * PEAK_SIZE**3 / best
