"""Voices of OpenVoice V2: an embedding that it made elsewhere becomes a voice here.

It works on the records, whether the service runs or not. The file is a stranger's pickle: it goes
through PyTorch's weights-only reader, and what that refuses is refused.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path

from config.installing import command_hint
from config.service_config import ConfigError, find_config, override, read_settings
from config.settings import Settings
from engines.base import VoiceEmbedding
from engines.registry import find_models
from serve_app.errors import ServiceError
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.opening import open_blobs, open_records
from serve_app.store.records import Records
from serve_app.store.values import Evidence, Voice
from serve_app.voice_names import check_name

MAX_BYTES = 2**20  # OpenVoice's files have two thousand


def import_openvoice(
    file: Path,
    name: str | None,
    owner: str | None,
    config: Path | None,
    data_dir: Path | None,
    *,
    consent: bool,
) -> Voice:
    """Bring in a voice that OpenVoice V2 learnt, for the neural engine.

    Args:
        file: a target_se as a .pth.
        name: the file's where None.
        owner: the name of a key, where keys are in use.
    Raises:
        ConfigError, EngineError, StoreError: it cannot be brought in, and why.
    """
    document = find_config(config)
    override(document, data_dir=data_dir)
    settings = read_settings(document)
    if settings.limits.require_consent and not consent:
        raise ConfigError("limits.require_consent is set: pass --consent once you have it.")
    try:
        shown = check_name(name or file.stem)
    except ServiceError as error:
        raise ConfigError(error.detail) from error
    embedding = read(file, settings)
    voice_id = str(uuid.uuid4())
    with open_records(settings.database_url, settings.data_dir) as records:
        belongs_to = owner_of(records, owner)
        voice = Voice(
            id=voice_id,
            owner=belongs_to,
            name=shown,
            engine=embedding.engine,
            engine_version=embedding.version,
            blob_key=f"voices/{voice_id}.safetensors",
            quality={"samples": []},
            speech_seconds=0.0,
            created_at=time.time(),
            consent=consent,
            evidence=Evidence(belongs_to, time.time()) if consent else None,
        )
        blobs = open_blobs(settings.blob_url, settings.data_dir)
        blobs.put(voice.blob_key, embedding_to_bytes(embedding))
        try:
            records.add_voice(voice)
        except Exception:
            blobs.delete(voice.blob_key)
            raise
        finally:
            blobs.close()
    return voice


def read(file: Path, settings: Settings) -> VoiceEmbedding:
    """The embedding in a file, as one of the converter that is here: it is of no use to another.

    Raises:
        EngineError: no converter is here, or the file holds none of its embeddings.
    """
    if file.stat().st_size > MAX_BYTES:
        raise ConfigError(f"{file} is too large for the embedding of a voice.")
    converter = find_models(settings).require_converter()
    try:
        from engines.openvoice import checkpoint as openvoice
        from engines.openvoice.engine import NAME, TENSOR
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{error.name} is not installed: {command_hint('setup neural')}"
        ) from error
    loaded = openvoice.load(converter.path)
    vector = openvoice.read_embedding(file, loaded.config.model.gin_channels)
    return VoiceEmbedding(NAME, loaded.version, {TENSOR: vector.numpy()})


def owner_of(records: Records, asked: str | None) -> str:
    known = {one.name for one in records.list_owners()}
    if asked is None and known:
        raise ConfigError(
            f"keys are in use: pass --owner with the name of one ({', '.join(sorted(known))})."
        )
    if asked is not None and asked not in known:
        raise ConfigError(f"no key was ever added for {asked!r}.")
    return asked or ""
