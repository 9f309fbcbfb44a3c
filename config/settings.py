"""Every setting of Phonex, typed and frozen. A key that is not declared here, or for the engines in
`engine_settings.py`, is an error.

The same tree is `args:` in `serve_config.yaml`, so `serve run` and `phonex serve` read one form.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, Self

import platformdirs
from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.engine_settings import (
    EmbeddedSettings,
    EngineSettings,
    Language,
    NaturalSettings,
    NeuralSettings,
)
from config.section import Section

MIB = 1024 * 1024
DAY_S = 86_400.0
HOST_PATTERN = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")

STORES = {"database_url": ("postgresql://", "postgres://"), "blob_url": ("s3://",)}
# As browsers say whose page it is: without a path; `null` is what they have no name for.
ORIGIN = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^/?#@\s*]+")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}  # which no browser says
WEBHOOK_HOST = r"(\*\.)?[a-z0-9.-]+|https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?"


class LimitSettings(Section):
    """What one request may ask for. Anything beyond is answered with 4xx."""

    max_text_chars: int = Field(20_000, ge=1, description="characters in one text")
    max_pause_s: float = Field(10.0, ge=0, description="seconds of one [pause]; the rest is cut")
    max_pauses_s: float = Field(120.0, ge=0, description="seconds of all pauses of one text")
    max_upload_bytes: int = Field(25 * MIB, ge=1024, description="bytes in one upload")
    max_json_bytes: int = Field(
        MIB, ge=1024, description="bytes in a request body that is no upload: it is parsed at once"
    )
    max_batch_items: int = Field(1_000, ge=1, description="items in one POST /batch")
    max_batch_bytes: int = Field(16 * MIB, ge=1024, description="bytes in the body of POST /batch")
    max_samples: int = Field(8, ge=1, description="recordings in one voice registration")
    max_sample_seconds: float = Field(300.0, gt=0, description="decoded seconds of one recording")
    max_sample_rate: int = Field(192_000, ge=8_000, description="Hz of a recording")
    max_sample_channels: int = Field(8, ge=1, description="channels of a recording")
    min_speech_seconds: float = Field(3.0, gt=0, description="speech a voice is learnt from")
    upload_timeout_s: float = Field(60.0, gt=0, description="for a request body to arrive")
    require_consent: bool = Field(
        False, description="learn a voice only from requests that state the speaker's consent"
    )


class JobSettings(Section):
    """How accepted work is kept, run and forgotten."""

    lease_s: float = Field(15.0, gt=0, description="a silent runner loses its jobs after this")
    heartbeat_s: float = Field(4.0, gt=0, description="between two renewals of the leases")
    poll_s: float = Field(1.0, gt=0, description="between two looks for work left by others")
    max_attempts: int = Field(3, ge=1, description="runs of one job that it broke itself")
    max_running: int = Field(64, ge=1, description="jobs one ingress replica runs at once")
    max_running_audio_s: float = Field(
        1800.0, gt=0, description="seconds of audio one ingress replica holds in memory at once"
    )
    max_queue_wait_s: float = Field(
        60.0,
        gt=0,
        description="while what is accepted takes longer than this, at the measured throughput, "
        "new work is refused with 429",
    )
    overload_queue_wait_s: float = Field(
        6.0,
        gt=0,
        description="the same, once more than can be done has been asked for for 15 seconds: a "
        "longer queue makes everyone wait for the same throughput",
    )
    default_wait_s: float = Field(30.0, ge=0, description="a POST waits this long for its audio")
    max_wait_s: float = Field(60.0, ge=0, description="the longest a request may wait for audio")
    linger_s: float = Field(
        30.0,
        ge=0,
        description="a stream to which nobody listens any more stands still, and is cancelled "
        "after this",
    )
    drain_s: float = Field(
        20.0,
        ge=0,
        le=40.0,
        description="given to running jobs when a replica stops; what has not ended a minute after "
        "it was told to is killed",
    )
    audio_retention_s: float = Field(
        7 * DAY_S, gt=0, description="finished audio, failed jobs and idempotency keys live this"
    )
    sweep_s: float = Field(60.0, gt=0, description="between two sweeps of what is past retention")
    min_free_bytes: int = Field(
        256 * MIB, ge=0, description="disk left free: below it new work is refused with 507"
    )

    @model_validator(mode="after")
    def heartbeat_beats_lease(self) -> Self:
        if self.heartbeat_s * 2 > self.lease_s:
            raise ValueError("jobs.heartbeat_s must be at most half of jobs.lease_s")
        return self


class BatchingSettings(Section):
    """How pieces of text become batches."""

    queue: Literal["ingress", "shared"] = Field(
        "ingress",
        description="where batches are formed: in the ingress, or in one process for all of its "
        "replicas, which fills batches where there are several",
    )
    max_batch_items: int = Field(16, ge=1, description="pieces in one batch")
    max_batch_audio_s: float = Field(
        120.0, gt=0, description="padded seconds of audio in one batch"
    )
    batches_per_replica: int = Field(2, ge=1, description="one computing, the others waiting")
    shared_batch_s: float = Field(
        0.125,
        gt=0,
        description="seconds a batch should compute while several API keys have work or somebody "
        "listens to a stream: who comes next waits for it",
    )
    max_attempts: int = Field(3, ge=1, description="of one piece, when replicas die under it")
    batch_timeout_s: float = Field(300.0, gt=0, description="after this a batch counts as lost")


class ScalingSettings(Section):
    """How many replicas the stages get, where the config names the policy of
    `deployments/scaling.py`: docs/deploy.md. How many at the least and at the most, and how long a
    wish must last, are Ray Serve's `autoscaling_config` of each deployment."""

    target_wait_s: float = Field(
        10.0,
        ge=1,
        le=3600,
        description="as many replicas as finish what waits within this; longer for stages that "
        "take long to start",
    )
    remember_s: float = Field(
        60.0,
        ge=5,
        le=600,
        description="replicas stay for what came within this, and none goes to zero",
    )


class QualitySettings(Section):
    """What the service hears of its own work: docs/quality.md."""

    similarity: bool = Field(
        True, description="score clones and voices, where the speaker encoder was pulled"
    )
    inspect: bool = Field(True, description="look for faults in every piece, and say so")
    remake: bool = Field(
        True,
        description="make a faulty piece once more, where another seed makes another and the "
        "client named none",
    )
    word_times: bool = Field(
        True, description="keep when each word is heard, for captions: docs/captions.md"
    )


class KeySettings(Section):
    """What the owner of an API key may do at once, unless the key was added with other limits."""

    max_unfinished_jobs: int = Field(32, ge=0, description="queued and running; 0: no limit")
    max_unfinished_batches: int = Field(
        16, ge=0, description="batches, for everybody together without keys; 0: no limit"
    )
    max_chars_per_minute: int = Field(
        60_000, ge=0, description="of the texts sent; a minute's worth at once; 0: no limit"
    )


class HttpSettings(Section):
    """Who may call. Browsers of other origins and strangers may not, by default."""

    cors_origins: tuple[str, ...] = Field((), description="origins a browser may call us from")
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="names the service is asked by: voice.example.org, *.example.org, or * for "
        "any; addresses and localhost always work. Without API keys no other name does; with keys "
        "this is checked as soon as one is listed",
    )
    cors_credentials: bool = Field(False, description="whether they may send cookies")
    trust_forwarded_prefix: bool = Field(
        False,
        description="let X-Forwarded-Prefix say below which path clients see the service; for one "
        "that is reached through a proxy alone, which sets the header or takes it off",
    )
    insecure: bool = Field(
        False,
        description="start beyond loopback although no API key was ever added: everybody who "
        "reaches the port may then use everything",
    )

    @field_validator("cors_origins")
    @classmethod
    def origins_are_origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for origin in given:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"http.cors_origins {origin!r} is no origin: write https://voice.example.org, "
                    "with its scheme, and with its port where it has one, without a path; or *"
                )
        return tuple(_as_browsers_say(origin.lower()) for origin in given)

    @field_validator("allowed_hosts")
    @classmethod
    def hosts_are_names(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for name in given:
            if name != "*" and not HOST_PATTERN.fullmatch(name):
                raise ValueError(
                    f"http.allowed_hosts {name!r} is no host name: write voice.example.org or "
                    "*.example.org, without a scheme, port or path"
                )
        return tuple(name.lower().removesuffix(".") for name in given)

    @model_validator(mode="after")
    def credentials_need_named_origins(self) -> Self:
        if self.cors_credentials and "*" in self.cors_origins:
            raise ValueError(
                "http.cors_origins '*' together with http.cors_credentials lets every site act "
                "for every user: name the origins"
            )
        return self


def _as_browsers_say(origin: str) -> str:
    scheme, rest, authority = origin.partition("://")
    return scheme + rest + authority.removesuffix(DEFAULT_PORTS.get(scheme, "/"))


class ProvenanceSettings(Section):
    """How speech says that it was generated: docs/provenance.md."""

    watermark: bool = Field(
        True,
        description="mark all speech inaudibly, so that it can be told from recordings; off is "
        "stated in /health and the log",
    )
    secret_file: Path | None = Field(
        None,
        description="a file of 32 bytes or more that the marks are made with; drawn at the first "
        "start and kept in the database where none is named",
    )
    certificate_file: Path | None = Field(
        None,
        description="a certificate and its authorities (PEM) that stored WAV, MP3 and FLAC files "
        "are signed with, as C2PA has it; `phonex provenance init` makes one",
    )
    private_key_file: Path | None = Field(None, description="of the certificate (PEM, PKCS #8)")
    signing_algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = (
        Field("es256", description="that the private key is for")
    )
    time_stamp_url: str | None = Field(
        None,
        description="of a time stamp authority (RFC 3161) that is asked once a signed file",
    )
    verifications_per_minute: int = Field(
        30,
        ge=0,
        description="recordings that one API key may have looked at, by all replicas together; "
        "0: no limit",
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.certificate_file is None) != (self.private_key_file is None):
            raise ValueError("certificate_file and private_key_file come together")
        return self


class WebhookSettings(Section):
    """Who is told the ends of jobs: docs/webhooks.md."""

    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="that a request's callback_url may name: example.com or *.example.com (https "
        "at its usual port), or a whole http://host:port; by default none, and none is called",
    )
    allow_private: bool = Field(
        False,
        description="call addresses of private networks and of this machine, too, where a name on "
        "the list stands for one",
    )
    timeout_s: float = Field(10.0, gt=0, le=60, description="of one call's connection and answer")

    @field_validator("allowed_hosts")
    @classmethod
    def _meaningful(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(WEBHOOK_HOST, host, re.IGNORECASE):
                raise ValueError(f"{host!r} is no host name, *.name or scheme://host:port")
        return hosts


class LogSettings(Section):
    """What is logged, to standard error."""

    format: Literal["auto", "text", "json"] = Field(
        "auto", description="auto writes text on a terminal and one JSON object a line elsewhere"
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="the least that is logged; DEBUG adds every batch and every probe"
    )


class TracingSettings(Section):
    """OpenTelemetry traces, with the extra `tracing`."""

    endpoint: str | None = Field(
        None,
        pattern=r"^https?://",
        description="OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; off without one",
    )
    sample_ratio: float = Field(
        1.0, ge=0, le=1, description="share of traces kept; a caller's own decision comes first"
    )


def default_data_dir() -> Path:
    configured = os.environ.get("PHONEX_DATA_DIR")
    return Path(configured) if configured else Path(platformdirs.user_data_dir("phonex"))


class Settings(Section):
    """The whole of a running service."""

    engine: Literal["auto", "neural", "natural", "embedded"] = Field(
        "auto",
        description="auto takes the neural engine where its checkpoints are found, else the "
        "natural one where Kokoro is, else the embedded one",
    )
    engines: EngineSettings = EngineSettings()
    data_dir: Path = Field(
        default_factory=default_data_dir, description="records and files, unless moved elsewhere"
    )
    database_url: str | None = Field(
        None, description="postgresql://… when several machines serve; SQLite in data_dir otherwise"
    )
    blob_url: str | None = Field(
        None, description="s3://bucket/prefix when several machines serve; a folder otherwise"
    )
    lexicon: dict[Language, dict[str, str]] | Path = Field(
        default_factory=dict,
        description="how words sound, by language: {EN: {GIF: JH IH1 F}}; or a YAML file of it",
    )
    limits: LimitSettings = LimitSettings()
    jobs: JobSettings = JobSettings()
    batching: BatchingSettings = BatchingSettings()
    scaling: ScalingSettings = ScalingSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    natural: NaturalSettings = NaturalSettings()
    neural: NeuralSettings = NeuralSettings()
    quality: QualitySettings = QualitySettings()
    keys: KeySettings = KeySettings()
    http: HttpSettings = HttpSettings()
    provenance: ProvenanceSettings = ProvenanceSettings()
    webhooks: WebhookSettings = WebhookSettings()
    logs: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()

    @field_validator("data_dir", mode="before")
    @classmethod
    def folder_is_named(cls, given: object) -> object:
        if given == "":
            raise ValueError("this is empty, and names no folder")
        return given

    @field_validator(*STORES)
    @classmethod
    def stores_are_known(cls, given: str | None, info: ValidationInfo) -> str | None:
        schemes = STORES[str(info.field_name)]
        if given is not None and not given.startswith(schemes):
            raise ValueError(f"this must start with {schemes[0]}")
        return given

    @property
    def models_dir(self) -> Path:
        """Where checkpoints are."""
        return self.neural.models_dir or self.data_dir / "models"

    @property
    def natural_folders(self) -> tuple[Path, ...]:
        """Where Kokoro and GE2E may be: there, or where `phonex setup natural` puts them."""
        return tuple(dict.fromkeys([self.models_dir, default_data_dir() / "models"]))
