"""The settings of the engines, and which of them a stage has."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from config.section import Section


class EmbeddedSettings(Section):
    """Worker processes of the embedded engine; 0 takes one for each core of the machine."""

    speech_workers: int = Field(1, ge=0, description="eSpeak NG processes a speech replica has")
    embedding_workers: int = Field(1, ge=0, description="WORLD processes an embedding replica has")
    conversion_workers: int = Field(0, ge=0, description="WORLD processes a conversion replica has")
    item_timeout_s: float = Field(60.0, gt=0, description="for one item, then its worker is killed")


class NaturalSettings(Section):
    """The natural engine: Kokoro-82M speaks, WORLD learns and converts voices."""

    precision: Literal["auto", "fp32", "fp16", "int8"] = Field(
        "auto", description="which of the model's files; auto takes int8 where it is"
    )
    device: Literal["cpu", "cuda"] = Field(
        "cpu", description="cuda needs onnxruntime-gpu in place of onnxruntime"
    )
    workers: int = Field(
        0, ge=0, description="texts a replica says side by side; 0 takes one for two cores"
    )
    item_timeout_s: float = Field(60.0, gt=0, description="for a text to become phones")


EngineName = Literal["neural", "natural", "embedded"]


class EngineSettings(Section):
    """Which engine a stage has, where it is another than `engine` says."""

    text_to_speech: EngineName | None = Field(None, description="who speaks")
    embedding_extraction: EngineName | None = Field(
        None, description="who learns voices; tone_conversion's where only that is set"
    )
    tone_conversion: EngineName | None = Field(
        None, description="who converts; embedding_extraction's where only that is set"
    )


Language = Literal["EN", "ES", "FR", "ZH", "JP", "KR"]


Backend = Literal["auto", "torch", "onnx"]


class BackendSettings(Section):
    """What computes the networks of each deployment; `backend: onnx` means all three."""

    text_to_speech: Backend = Field("auto", description="onnx serves what phonex export wrote")
    embedding_extraction: Backend = Field("auto", description="auto is torch: see docs/export.md")
    tone_conversion: Backend = Field("auto", description="a voice of one serves with the other")

    @model_validator(mode="before")
    @classmethod
    def one_for_all(cls, given: object) -> object:
        return dict.fromkeys(cls.model_fields, given) if isinstance(given, str) else given


class OnnxSettings(Section):
    """How the onnx backend computes."""

    provider: Literal["auto", "cpu", "cuda", "tensorrt"] = Field(
        "auto", description="auto takes CUDA where onnxruntime-gpu is installed"
    )
    precision: Literal["fp32", "fp16", "int8"] = Field(
        "fp32", description="which of the exported files; fp16 is for GPUs"
    )
    models_dir: Path | None = Field(
        None, description="what phonex export all wrote to; beside the checkpoints by default"
    )


class NeuralSettings(Section):
    """The neural engine: MeloTTS speaks, OpenVoice V2 learns and converts voices."""

    models_dir: Path | None = Field(
        None, description="checkpoints in Hugging Face's layout; data_dir/models by default"
    )
    load_at_start: Literal["all", "none"] | tuple[Language, ...] = Field(
        "all",
        description="languages a replica loads before it is ready; the others of those found load "
        "with their first request",
    )
    allow_random_weights: bool = Field(
        False, description="serve checkpoints of `phonex models random`: noise, for load tests"
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto takes a GPU if any")
    workers: int = Field(
        0,
        ge=0,
        description="pieces a replica on the CPU computes side by side; 0 takes one for each core",
    )
    threads: int = Field(1, ge=1, description="of one worker; more workers pay more")
    precision: Literal["fp32", "bf16", "fp16"] = Field(
        "fp32",
        description="of flows and decoders; durations stay in fp32. bf16 is several times faster "
        "where the processor has instructions for it, at a little noise: docs/performance.md",
    )
    compile: Literal["off", "inductor", "cuda-graphs"] = Field(
        "off",
        description="the decoders, by torch.compile: pays on GPUs, after a start of minutes",
    )
    backend: BackendSettings = Field(
        BackendSettings(), description="what computes: one for all deployments, or one for each"
    )
    onnx: OnnxSettings = OnnxSettings()
    bert: bool = Field(
        True, description="off: flatter prosody, no BERT to load, a few percent faster"
    )
    upstream_quirks: bool = Field(
        False, description="read and split text exactly as MeloTTS does, mistakes included"
    )
    sdp_ratio: float = Field(0.2, ge=0, le=1, description="share of chance in the durations")
    noise_scale: float = Field(0.6, ge=0, description="spread of the speech around its mean")
    noise_scale_w: float = Field(0.8, ge=0, description="spread of the random durations")
    tau: float = Field(0.3, ge=0, description="share of chance in a conversion")
    max_batch_steps: int = Field(
        4096, ge=256, description="symbols or frames, padding too, in one call of a network"
    )
    max_decoder_frames: int = Field(
        448,
        ge=64,
        description="frames in one call of a decoder, of each worker: about 0.3 MB a frame. "
        "A GPU wants more",
    )
    pitch_workers: int = Field(2, ge=1, description="threads of a replica that shift pitch")
