"""Which voice a name of OpenAI's, of Kokoro's or of ours means, in whatever language."""

from __future__ import annotations

import pytest

from engines.errors import UnknownLanguage
from engines.kokoro.styles import aliases, speakers
from serve_app.catalog import BaseVoice, Catalog
from serve_app.errors import VoiceNotFound
from serve_app.web.openai_voices import VOICES, find_speaker, gender_of, language_of

STYLES = (
    *("af_heart", "af_alloy", "af_bella", "af_nova", "am_echo", "am_onyx", "bf_emma", "bm_fable"),
    *("ef_dora", "em_alex", "zf_xiaobei", "zm_yunjian", "jf_alpha", "jm_kumo"),
)
SPOKEN = {language: speakers(language, STYLES) for language in ("EN", "ES", "ZH", "JP")}
KOKORO = Catalog(SPOKEN, {language: aliases(language, names) for language, names in SPOKEN.items()})
EMBEDDED = Catalog({"EN": ["EN-US", "EN-BR"], "ES": ["ES"], "KR": ["KR"]})


@pytest.mark.parametrize(
    ("name", "language", "meant"),
    [
        ("alloy", None, ("EN", "af_alloy")),
        ("Echo", "EN", ("EN", "am_echo")),
        ("fable", None, ("EN", "bm_fable")),
        ("af_heart", None, ("EN", "af_heart")),
        ("EN-BR", None, ("EN", "bf_emma")),
        ("ef_dora", None, ("ES", "ef_dora")),
        ("zm_yunjian", None, ("ZH", "zm_yunjian")),
        ("af_heart", "ZH", ("ZH", "zf_xiaobei")),  # who does not speak it: the language's first
        (None, "JP", ("JP", "jf_alpha")),
        (None, None, ("EN", "af_heart")),
    ],
)
def test_a_name_means_a_speaker(
    name: str | None, language: str | None, meant: tuple[str, str]
) -> None:
    assert find_speaker(name, language, KOKORO) == BaseVoice(*meant)


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("name", VOICES)
def test_each_of_openais_voices_speaks_every_language_as_its_kind(name: str, language: str) -> None:
    found = find_speaker(name, language, KOKORO)
    assert found.language == language
    assert gender_of(found.speaker) == VOICES[name]


@pytest.mark.parametrize("name", VOICES)
def test_an_engine_that_knows_no_kinds_has_a_speaker_for_each(name: str) -> None:
    assert find_speaker(name, None, EMBEDDED).speaker in ("EN-US", "EN-BR")
    assert find_speaker(name, "KR", EMBEDDED).speaker == "KR"


def test_who_is_unknown_is_told_where_the_list_is() -> None:
    with pytest.raises(VoiceNotFound, match="/v1/audio/voices"):
        find_speaker("nobody", None, KOKORO)


@pytest.mark.parametrize(
    ("text", "asked", "language"),
    [
        ("Hello.", None, None),
        ("Hello.", "en-GB", "EN"),
        ("Hello.", "b", "EN"),
        ("漢字かな", None, "JP"),
        ("你好 world", None, "ZH"),
        ("カタカナ", None, "JP"),
        ("안녕", None, None),  # not served by this one
        ("안녕", "zh", "ZH"),
    ],
)
def test_a_script_tells_the_language_unless_the_request_does(
    text: str, asked: str | None, language: str | None
) -> None:
    assert language_of(text, asked, KOKORO) == language


def test_a_language_that_is_not_served_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        language_of("Guten Tag.", "de", KOKORO)
