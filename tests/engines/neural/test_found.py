"""What is found in a models' folder, and what is said of the rest. Loads no weights."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from config.installing import command_hint
from engines.neural import found
from engines.neural.found import Found, find
from engines.neural.published import (
    BERT,
    CHECKPOINT,
    CONFIG,
    CONVERTER,
    NOT_PULLED,
    OWN,
    RANDOM_KEY,
    SPEECH,
    Published,
    repositories,
)
from engines.reading import registry

ENGLISH = SPEECH["EN"][0]
SPEAKERS = {"EN-US": 0, "EN_INDIA": 2}


@pytest.fixture(autouse=True)
def all_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "missing_packages", lambda language: [])


def put(folder: Path, config: dict[str, Any], *files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config))
    for name in files:
        (folder / name).touch()
    return folder


def put_english(models: Path, repo: str = ENGLISH, **config: Any) -> Path:
    data = {"spk2id": SPEAKERS, "sampling_rate": 44100}
    return put(models / repo, {"data": data, **config}, CHECKPOINT)


def put_all(models: Path) -> None:
    put_english(models)
    put(models / CONVERTER / "converter", {"data": {}}, CHECKPOINT)
    put(models / BERT["EN"], {}, "vocab.txt", "model.safetensors")


def look(models: Path, bert: bool = True, allow_random: bool = False) -> Found:
    return find(models, bert, allow_random)


def remedy(seen: Found, word: str) -> str:
    return next(one.remedy for one in seen.missing if word in one.what)


def test_one_language_and_the_converter_are_enough(tmp_path: Path) -> None:
    put_all(tmp_path)
    seen = look(tmp_path)
    assert seen.usable
    assert list(seen.speech) == ["EN"]
    assert seen.speech["EN"][0].speakers == ("EN-US", "EN_INDIA")
    assert not seen.random
    assert remedy(seen, "MeloTTS-Korean") == "phonex models pull KR"


def test_nothing_is_found_in_no_folder(tmp_path: Path) -> None:
    seen = look(tmp_path / "none")
    assert not seen.usable
    assert remedy(seen, "OpenVoiceV2") == "phonex models pull"


def test_without_its_bert_a_language_is_left_out(tmp_path: Path) -> None:
    put_all(tmp_path)
    (tmp_path / BERT["EN"] / "vocab.txt").unlink()
    seen = look(tmp_path)
    assert "EN" not in seen.speech
    assert "neural.bert: off" in remedy(seen, BERT["EN"])
    assert "EN" in look(tmp_path, bert=False).speech


def test_a_checkpoint_that_wants_no_bert_needs_none(tmp_path: Path) -> None:
    data = {"spk2id": SPEAKERS, "sampling_rate": 44100, "disable_bert": True}
    put_english(tmp_path, data=data)
    assert "EN" in look(tmp_path).speech


@pytest.mark.parametrize("repo", [ENGLISH, BERT["EN"], f"{CONVERTER}/converter"])
def test_random_weights_pass_only_where_they_are_allowed(tmp_path: Path, repo: str) -> None:
    put_all(tmp_path)
    config = json.loads((tmp_path / repo / CONFIG).read_text())
    (tmp_path / repo / CONFIG).write_text(json.dumps({**config, RANDOM_KEY: True}))
    refused = look(tmp_path)
    assert not refused.usable
    assert "allow_random_weights" in remedy(refused, "random weights")
    allowed = look(tmp_path, allow_random=True)
    assert allowed.usable
    assert allowed.random


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": {"spk2id": {}}}', "\xff"])
def test_a_broken_config_is_named(tmp_path: Path, text: str) -> None:
    put_all(tmp_path)
    (tmp_path / ENGLISH / CONFIG).write_text(text, "latin-1")
    seen = look(tmp_path)
    assert "EN" not in seen.speech
    assert CONFIG in next(one.what for one in seen.missing if ENGLISH in one.what)


def test_missing_packages_leave_a_language_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(tmp_path)
    monkeypatch.setattr(found, "missing_packages", lambda language: ["gruut"])
    seen = look(tmp_path)
    assert "EN" not in seen.speech
    assert remedy(seen, "gruut not installed") == command_hint("setup neural --language EN")


def test_the_first_english_checkpoint_wins_and_others_add_speakers(tmp_path: Path) -> None:
    put_all(tmp_path)
    put_english(tmp_path, SPEECH["EN"][2])
    assert [one.repo for one in look(tmp_path).speech["EN"]] == [ENGLISH, SPEECH["EN"][2]]


def test_our_own_file_is_loaded_unless_upstreams_is_newer(tmp_path: Path) -> None:
    put_all(tmp_path)
    folder = tmp_path / ENGLISH
    assert look(tmp_path).speech["EN"][0].path == folder
    (folder / OWN).touch()
    os.utime(folder / CHECKPOINT, (1, 1))
    assert look(tmp_path).speech["EN"][0].path == folder / OWN
    os.utime(folder / OWN, (0, 0))
    assert look(tmp_path).speech["EN"][0].path == folder
    (folder / CHECKPOINT).unlink()
    assert look(tmp_path).speech["EN"][0].path == folder / OWN


def test_every_language_has_repositories_and_a_front_end() -> None:
    assert set(SPEECH) == set(BERT) == set(registry.LANGUAGES)
    pulled = {one.repo for one in repositories()}
    assert pulled == {CONVERTER, *BERT.values(), *sum(SPEECH.values(), ())} - NOT_PULLED
    assert BERT["EN"] not in {one.repo for one in repositories(bert=False)}


def test_a_bert_is_pulled_in_its_safe_form_where_there_is_one() -> None:
    bert = Published(BERT["EN"], "bert", ("EN",))
    files = ["config.json", "pytorch_model.bin", "tf_model.h5", "vocab.txt", "README.md"]
    assert bert.wanted(files) == ["config.json", "pytorch_model.bin", "vocab.txt"]
    assert "pytorch_model.bin" not in bert.wanted([*files, "model.safetensors"])


def test_no_name_leads_out_of_the_folder() -> None:
    converter = Published(CONVERTER, "converter", ("EN",))
    inside = "base_speakers/ses/en-us.pth"
    assert converter.wanted([inside, "base_speakers/ses/../../../../evil.pth"]) == [inside]
