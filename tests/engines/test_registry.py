from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from config.installing import install_hint
from config.settings import Settings
from engines import registry
from engines.base import ConversionEngine, EmbeddingEngine, SpeechEngine
from engines.errors import EngineUnavailable


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
