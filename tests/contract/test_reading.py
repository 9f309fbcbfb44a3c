"""GET and POST /tts/read over real HTTP: what will be said, word by word."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

JSON = {"Content-Type": "application/json"}
SAID = [
    ("EN", "It cost $3.50.", "three dollars fifty cents", "$3.50"),
    ("ES", "Hace -5 °C.", "menos cinco grados Celsius", "-5 °C"),
    ("FR", "À 10h30 précises.", "dix heures trente", "10h30"),
    ("ZH", "下跌50%了", "百分之五十", "50%"),
    ("JP", "これは3本です。", "サンボン", "3本"),
    ("KR", "사과 3개를 샀다", "세개를", "3개를"),
]


def read(client: httpx.Client, text: str, **asked: Any) -> dict[str, Any]:
    answer = client.post("/tts/read", json={"text": text} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("language", "text", "said", "written"), SAID)
def test_words_are_said_by_the_engine_and_found_in_the_text(
    client: httpx.Client, language: str, text: str, said: str, written: str
) -> None:
    answer = read(client, text, language=language)
    assert answer["language"] == language
    assert said in answer["said"]
    for word in answer["words"]:
        assert text[word["start"] : word["end"]] == word["text"]
        assert word["said"] in answer["said"]
        assert word["phones"]
    start = text.index(written)
    stretch = [word for word in answer["words"] if start <= word["start"] < start + len(written)]
    assert stretch[0]["start"] == start
    assert stretch[-1]["end"] == start + len(written)
    assert "".join(word["said"] for word in stretch) == said.replace(" ", "")


def test_get_answers_as_post_does(client: httpx.Client) -> None:
    asked = {"text": "Meet at 5:30 pm — it’s 10 €.", "language": "en-GB"}
    answer = client.get("/tts/read", params=asked)
    assert answer.status_code == 200
    assert answer.json() == client.post("/tts/read", json=asked).json()


def test_an_accent_has_its_own_phones(client: httpx.Client) -> None:
    american, british = (
        read(client, "water bath", speaker=name)["words"] for name in ("EN-US", "EN-BR")
    )
    assert [word["said"] for word in american] == ["water", "bath"]
    assert all(a["phones"] != b["phones"] for a, b in zip(american, british, strict=True))


def test_offsets_count_code_points_through_pauses_and_what_is_unseen(client: httpx.Client) -> None:
    text = "😀 Ca\u0301\ud800fe [pause 300ms] 2½ cups\u200b."
    answer = client.post("/tts/read", content=json.dumps({"text": text}), headers=JSON)
    assert [
        (word["said"], text[word["start"] : word["end"]]) for word in answer.json()["words"]
    ] == [
        ("Cáfe", "Ca\u0301\ud800fe"),
        *((said, "2½") for said in ("two", "and", "a", "half")),
        ("cups", "cups"),
    ]


def test_what_is_not_said_is_named(client: httpx.Client) -> None:
    assert read(client, "I ❤ it")["warnings"] == ["not spoken: ❤"]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"text": "…"}, "unspeakable-text"),
        ({"text": ""}, "unspeakable-text"),
        ({"text": "a" * 20_001}, "text-too-long"),
        ({"text": "Hi.", "language": "xx"}, "unknown-language"),
        ({"text": "Hi.", "speaker": "nobody"}, "unknown-speaker"),
        ({"text": "Hi.", "speed": 2}, "invalid-request"),
        ({}, "invalid-request"),
    ],
)
def test_what_cannot_be_read_is_refused_as_speech_is(
    client: httpx.Client, asked: dict[str, Any], problem: str
) -> None:
    for path in ("/tts/read", "/tts"):
        if path == "/tts" and "speed" in asked:
            continue
        answer = client.post(path, json=asked)
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(problem)


def test_the_longest_text_is_read_whole(client: httpx.Client) -> None:
    text = ("Word number 7 is here. " * 1000)[:20_000]
    answer = read(client, text)
    assert answer["said"].count("seven") == text.count("7")
    assert answer["words"][-1]["end"] >= len(text) - 2
