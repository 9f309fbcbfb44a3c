"""Languages and speakers are found however they are written; what is missing lists what exists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import UnknownLanguage, UnknownSpeaker
from serve_app.catalog import BaseVoice, Catalog

SPEAKERS = {
    "EN": ["EN-US", "EN-BR", "EN_INDIA", "EN-AU", "EN-Default"],
    "ES": ["ES"],
    "ZH": ["ZH"],
    "JP": ["JP"],
    "KR": ["KR"],
}
CATALOG = Catalog(SPEAKERS)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("EN", "EN"), ("en", "EN"), (" En ", "EN"), ("en-GB", "EN"), ("en_us", "EN"),
        ("eng", "EN"), ("en-Latn-US", "EN"), ("es-419", "ES"), ("spa", "ES"), ("zh", "ZH"),
        ("zh_CN", "ZH"), ("zh-Hant-TW", "ZH"), ("cmn", "ZH"), ("cmn-Hans", "ZH"), ("ja", "JP"),
        ("ja-JP", "JP"), ("JP", "JP"), ("ko", "KR"), ("ko-KR", "KR"), ("kr", "KR"),
    ],
)  # fmt: skip
def test_a_language_by_its_code_or_its_tag(asked: str, code: str) -> None:
    assert CATALOG.language(asked) == code


@pytest.mark.parametrize(
    "asked", ["", "-", "xx", "english", "de-DE", "fr", "e n", "EN\0", 99 * "e"]
)
def test_a_language_that_is_not_served_lists_those_that_are(asked: str) -> None:
    with pytest.raises(UnknownLanguage) as refused:
        CATALOG.language(asked)
    assert all(code in refused.value.message for code in SPEAKERS)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("language", "speaker", "found"),
    [
        ("EN", None, "EN-US"),
        ("en-GB", None, "EN-BR"),
        ("en_AU", None, "EN-AU"),
        ("en-IN", None, "EN_INDIA"),
        ("en-NZ", None, "EN-US"),  # no speaker of that region: the language's first
        ("en-GB", "en-us", "EN-US"),  # the name says more than the tag
        ("EN", "en_default", "EN-Default"),
        ("EN", "EN-INDIA", "EN_INDIA"),
        ("EN", "enindia", "EN_INDIA"),
        ("ja-JP", None, "JP"),
    ],
)
def test_a_speaker(language: str, speaker: str | None, found: str) -> None:
    assert CATALOG.resolve(language, speaker) == BaseVoice(found[:2], found)


@pytest.mark.parametrize(
    ("language", "speaker", "named"),
    [
        ("EN", None, None),
        ("en-NZ", None, None),  # no speaker of that region
        ("en-GB", None, "EN-BR"),
        ("EN", "en_us", "EN-US"),
        ("ja-JP", None, None),
    ],
)
def test_whom_a_request_names(language: str, speaker: str | None, named: str | None) -> None:
    assert CATALOG.named(language, speaker) == named


@given(st.sampled_from([(code, name) for code in SPEAKERS for name in SPEAKERS[code]]), st.data())
def test_case_and_dashes_never_matter(known: tuple[str, str], data: st.DataObject) -> None:
    code, name = known
    written = "".join(
        data.draw(st.sampled_from("-_" if letter in "-_" else letter.lower() + letter.upper()))
        for letter in name
    )
    assert CATALOG.resolve(code, written) == BaseVoice(code, name)


def test_a_speaker_of_another_language_is_unknown_and_its_own_are_listed() -> None:
    with pytest.raises(UnknownSpeaker) as refused:
        CATALOG.resolve("ES", "EN-US")
    assert refused.value.message.endswith("Speakers: ES.")
    with pytest.raises(UnknownSpeaker) as refused:
        CATALOG.resolve("EN", "nobody" * 100)
    assert all(name in refused.value.message for name in SPEAKERS["EN"])
    assert len(refused.value.message) < 200


def test_a_regional_tag_needs_no_speaker_of_that_region() -> None:
    assert Catalog({"EN": ["EN-US"]}).resolve("en-GB", None) == BaseVoice("EN", "EN-US")


MIXING = Catalog(
    {"EN": ["af_bella", "af_sky", "am_adam"], "FR": ["ff_siwis"]},
    {"EN": {"bella": "af_bella"}},
    mixes=True,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("af_bella+af_sky", "af_bella(0.5)+af_sky(0.5)"),
        ("Bella(1) + AF-SKY(3)", "af_sky(0.75)+af_bella(0.25)"),
        ("bella+af_bella", "af_bella"),
    ],
)
def test_speakers_are_mixed_by_any_of_their_names(written: str, kept: str) -> None:
    assert MIXING.resolve("EN", written) == BaseVoice("EN", kept)
    assert MIXING.languages_of(written) == ["EN"]


def test_a_mix_that_cannot_be_made_is_told() -> None:
    with pytest.raises(UnknownSpeaker, match="EN has no speaker 'ff_siwis'"):
        MIXING.named("EN", "ff_siwis(2)+af_bella")
    with pytest.raises(UnknownSpeaker, match="is no mix of speakers"):
        MIXING.named("EN", "af_bella+")
    with pytest.raises(UnknownSpeaker, match="EN has no speaker 'EN-US"):
        CATALOG.named("EN", "EN-US+EN-BR")
    with pytest.raises(UnknownSpeaker, match="EN has no speaker 'nobody'"):
        MIXING.named("EN", "af_bella+nobody")
    assert MIXING.languages_of("af_bella+nobody") == []


def test_a_mix_is_led_by_a_speaker_of_its_language_and_has_others_of_any() -> None:
    assert MIXING.named("EN", "af_bella+ff_siwis") == "af_bella(0.5)+ff_siwis(0.5)"
    assert MIXING.named("FR", "ff_siwis(0.4)+bella(0.3)+am_adam(0.3)") == (
        "ff_siwis(0.4)+af_bella(0.3)+am_adam(0.3)"
    )
    assert MIXING.languages_of("ff_siwis(3)+am_adam") == ["FR"]
