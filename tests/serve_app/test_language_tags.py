"""A field for a language takes tags of BCP 47, and nothing that is none."""

from __future__ import annotations

import pytest

from engines.errors import UnknownLanguage
from serve_app.catalog import Catalog
from serve_app.language_tags import as_tag

TAGS = [
    *("en", "de-CH", "zh-Hant-TW", "sr-Latn-RS", "es-419", "sl-rozaj-biske", "de-CH-1901"),
    *("zh-cmn-Hans-CN", "hy-Latn-IT-arevela", "de-DE-u-co-phonebk", "x-whatever", "en-x-twain"),
    *("i-klingon", "en-GB-oed", "sgn-BE-FR", "mas", "a" * 8),
]
NONE = [
    *("!!!", "", " ", "e", "a" * 9, "en-", "-en", "en--GB", "en GB", "en-!!!", "en-GB\n-US", "ен"),
    *("en-u", "en-x", "x", "12", "en-12", "en-abcdefghi", "日本語", "en;q=1", "en,fr", "\x00", "é"),
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_taken_as_it_is(tag: str) -> None:
    assert as_tag(tag) == tag
    assert as_tag(f" {tag.replace('-', '_')} ") == tag


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_tag_is_not_taken(text: str) -> None:
    assert as_tag(text) is None


@pytest.mark.parametrize("asked", ["en-!!!", "en-", "en GB", "!!!", "en-GB\n", "en/../fr"])
def test_a_language_with_nonsense_behind_it_is_not_served(asked: str) -> None:
    catalog = Catalog({"EN": ["EN-US"], "ES": ["ES"]})
    if asked.strip() == "en-GB":
        assert catalog.language(asked) == "EN"
        return
    with pytest.raises(UnknownLanguage):
        catalog.language(asked)


@pytest.mark.parametrize("asked", ["es_MX.UTF-8", "es_ES@euro", "ES-419", "spa"])
def test_locales_of_other_programs_are_understood(asked: str) -> None:
    assert Catalog({"EN": ["EN-US"], "ES": ["ES"]}).language(asked) == "ES"
