"""A sentence is spoken as soon as it has ended, and never torn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.reading.split import sentences
from engines.reading.typed import TypedSsml, TypedText


@pytest.mark.parametrize(
    ("language", "written", "ended"),
    [
        ("EN", ["Hello", " there. How"], [[], ["Hello there."]]),
        ("EN", ["It is 3.", "5 metres. "], [[], []]),  # what follows decides
        ("EN", ["It is 3.", "5 metres. So"], [[], ["It is 3.5 metres."]]),
        ("EN", ["Dr. ", "Smith is in. Yes"], [[], ["Dr. Smith is in."]]),
        ("JP", ["こんにちは", "。", "元気"], [[], ["こんにちは。"], []]),
        ("ZH", ["你好！再见。"], [["你好！", "再见。"]]),
        ("FR", ["Ça va ? Oui"], [["Ça va ?"]]),
        ("EN", [". ?", "b"], [[], []]),  # a letter that joins both may follow
    ],
)
def test_it_ends_when_it_is_known_to(
    language: str, written: list[str], ended: list[list[str]]
) -> None:
    typed = TypedText(language)
    assert [typed.write(part) for part in written] == ended


@given(st.lists(st.text(alphabet=st.sampled_from("ab .!?。,1\n"), max_size=8), max_size=12))
def test_nothing_is_lost_or_torn_however_it_is_typed(parts: list[str]) -> None:
    typed = TypedText("EN")
    said = [sentence for part in parts for sentence in typed.write(part)] + typed.flush()
    whole = "".join(parts)
    assert "".join("".join(said).split()) == "".join(whole.split())
    spans = {whole[span.start : span.end] for span in sentences(whole, "EN")}
    assert len(typed) == 0
    assert not whole.strip() or any(sentence in whole for sentence in said)
    assert "。" in whole or set(said) <= spans  # a wide full stop ends it before a quote could


def test_ssml_ends_with_its_root_and_nowhere_else() -> None:
    typed = TypedSsml()
    assert typed.write("<speak>One. Two.</sp") == []
    assert typed.write("eak ><speak>Three.") == ["<speak>One. Two.</speak >"]
    assert typed.write("</speak>  <speak>Four.</speak>") == [
        "<speak>Three.</speak>",
        "<speak>Four.</speak>",
    ]
    assert typed.flush() == []
    typed.write("<speak>Five")
    assert len(typed) == len("<speak>Five")
    assert typed.flush() == ["<speak>Five"]
    typed.write("<speak>")
    typed.clear()
    assert typed.flush() == []
