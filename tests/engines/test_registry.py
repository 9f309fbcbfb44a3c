from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from config.engine_settings import EngineSettings
from config.installing import install_hint
from config.settings import Settings
from engines import registry
from engines.base import ConversionEngine, EmbeddingEngine, SpeechEngine
from engines.errors import EngineUnavailable
from engines.kokoro.published import FOLDER, GRAPHS
from tests.engines.kokoro.test_found import put


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    find_spec = importlib.util.find_spec

    def fake(name: str, package: str | None = None) -> object:
        return None if name in missing else find_spec(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", fake)


def test_naming_engines_imports_none_of_them() -> None:
    code = (
        "import sys; from config.settings import Settings; from engines import registry;"
        "registry.diagnose(Settings());"
        "heavy = {'pyworld', 'espeakng_loader', 'soxr', 'torch', 'transformers'};"
        "assert not heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_library_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, "pyworld")
    diagnosis = registry.diagnose(Settings())["embedded"]
    assert not diagnosis.usable
    assert diagnosis.missing == ("pyworld",)
    assert diagnosis.remedy == install_hint("embedded")
    for create in (
        registry.create_speech,
        registry.create_embedding,
        registry.create_conversion,
    ):
        with pytest.raises(EngineUnavailable, match=r"pyworld.*\[embedded\]"):
            create(Settings())


def test_auto_takes_an_engine_that_is_installed() -> None:
    pytest.importorskip("pyworld", reason="make test installs pyworld")
    pytest.importorskip("espeakng_loader", reason="make test installs espeakng_loader")
    settings = Settings(engine="auto")
    speech = registry.create_speech(settings)
    embedding = registry.create_embedding(settings)
    conversion = registry.create_conversion(settings)
    try:
        assert isinstance(speech, SpeechEngine)
        assert isinstance(embedding, EmbeddingEngine)
        assert isinstance(conversion, ConversionEngine)
        assert {engine.info.name for engine in (speech, embedding, conversion)} == {"embedded"}
    finally:
        for engine in (speech, embedding, conversion):
            engine.close()


def kokoro_in(folder: Path) -> Settings:
    put(folder / "models")
    return Settings(data_dir=folder)


def test_auto_takes_the_natural_engine_where_kokoro_is(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="make test installs onnxruntime")
    settings = kokoro_in(tmp_path)
    assert registry.choose(settings).spec.name == "natural"
    assert registry.choose(settings, "tone_conversion").spec.voices == registry.WORLD
    (tmp_path / "models" / FOLDER / GRAPHS["int8"]).unlink()
    choice = registry.choose(settings)
    assert choice.spec.name == "embedded"
    assert "natural lacks Kokoro" in choice.note
    assert choice.better is not None
    assert choice.better.remedy.endswith("setup natural")  # which `phonex serve` prints


def test_a_stage_may_have_an_engine_of_its_own(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, engine="embedded", engines=EngineSettings(text_to_speech="natural")
    )
    with pytest.raises(EngineUnavailable, match="setup natural"):
        registry.choose(settings, "text_to_speech")
    assert registry.choose(settings, "tone_conversion").spec.name == "embedded"


def test_who_learns_voices_and_who_converts_them_go_together() -> None:
    both = Settings(
        engines=EngineSettings(embedding_extraction="neural", tone_conversion="embedded")
    )
    with pytest.raises(EngineUnavailable, match="embedding_extraction neural"):
        registry.choose(both)
    one = Settings(engine="neural", engines=EngineSettings(tone_conversion="embedded"))
    assert registry.choose(one, "embedding_extraction").spec.name == "embedded"
