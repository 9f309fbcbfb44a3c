"""The default reading: each improvement over upstream, by example (docs/text.md lists them)."""

from __future__ import annotations

from datetime import datetime

import pytest

from engines.reading import PronunciationError
from engines.reading.gruut_front import GruutFrontEnd
from engines.reading.gruut_words import NO_LIAISONS
from tests.engines.reading.support import front
from tests.parity.text import on_the_day

READINGS = [
    ("EN", "It costs $3.50.", "it costs three dollars fifty cents."),
    ("EN", "She raised $5M in Q3.", "she raised five million dollars in q three."),
    ("EN", "Prices: 20€, $0.99, $1.00", "prices, twenty euros, ninety-nine cents, one dollar"),
    ("EN", "1,001 nights", "one thousand one nights"),
    ("EN", "5.75 percent", "five point seven five percent"),
    ("EN", "Call 555-1234.", "call five five five, one two three four."),
    ("EN", "At 0:15 we left", "at twelve fifteen a m we left"),
    ("EN", "At 12:00 we ate; at 23:59 we slept",
     "at twelve o'clock we ate, at twenty-three fifty-nine we slept"),
    ("EN", "from 3:00 a.m. to 4 p.m. daily", "from three a m to four p m daily"),
    ("EN", "2023-12-25", "december twenty-fifth, twenty twenty-three"),
    ("EN", "12/25/2023", "december twenty-fifth, twenty twenty-three"),
    ("EN", "the 1980s and '90s", "the nineteen eighties and nineties"),
    ("EN", "5-10 people, -3 degrees", "five to ten people, minus three degrees"),
    ("EN", "60 km/h, 37.5°C, 50%",
     "sixty kilometers an hour, thirty-seven point five degrees celsius, fifty percent"),
    ("EN", "3/4 cup, 2+2=4", "three quarters cup, two plus two equals four"),
    ("EN", "version 4.2.1", "version four point two point one"),
    ("EN", "a.b@example.com", "a dot b at example dot com"),
    ("EN", "Visit https://www.example.com.", "visit example dot com."),
    ("EN", "GPU and NASA", "g p u and nasa"),
    ("EN", "GPU", "g p u"),
    ("EN", "BUY A GPU NOW", "buy a gpu now"),
    ("EN", "in the U.S. Army", "in the u s army"),
    ("EN", "He lives on Main St. with Dr. Who", "he lives on main street with doctor who"),
    ("EN", "a pizza 🍕!", "a pizza!"),
    ("EN", "it — was; not: so…", "it, was, not, so..."),
    ("ES", "Cuesta 3,50 €", "cuesta tres euros con cincuenta céntimos."),
    ("ES", "1.234.567 habitantes",
     "un millón doscientos treinta y cuatro mil quinientos sesenta y siete habitantes."),
    ("ES", "el 25/12/2023", "el veinticinco de diciembre de dos mil veintitrés."),
    ("ES", "a las 10:30 h", "a las diez y treinta."),
    ("ES", "un 5,75 % menos", "un cinco coma setenta y cinco por ciento menos."),
    ("ES", "a -15 grados", "a menos quince grados."),
    ("ES", "Llama al 555-1234", "llama al cinco cinco cinco, uno dos tres cuatro."),
    ("ES", "el Dr. Pérez, n.º 12", "el doctor pérez, número doce."),
    ("FR", "Ça coûte 3,50 €", "Ça coûte trois euros cinquante centimes."),
    ("FR", "1 234 567 habitants",
     "un million deux cent trente quatre mille cinq cent soixante sept habitants."),
    ("FR", "à 10h30 le 25/12/2023",
     "à dix heures trente le vingt cinq décembre deux mille vingt trois."),
    ("FR", "L’apostrophe n’est pas perdue", "L'apostrophe n'est pas perdue."),
    ("FR", "le 2e étage", "le deuxième étage."),
    ("FR", "le 01 23 45 67 89",
     "le zéro un, vingt trois, quarante cinq, soixante sept, quatre vingt neuf."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "read"), READINGS)
def test_reading(language: str, text: str, read: str) -> None:
    assert front(language).normalize(text) == read


def test_what_is_dropped_or_respelled_is_reported() -> None:
    warnings: list[str] = []
    assert front("EN").normalize("I ❤ Париж", warnings.append) == "i parizh"
    assert len(warnings) == 2
    assert "❤" in warnings[0]
    assert "П" in warnings[1]


def test_emoji_are_not_called_unk() -> None:
    tokens = ["a", "[UNK]", "b"]
    assert front("EN", True).to_phones("", tokens).word2ph == [1, 1, 3, 2, 1]
    assert front("EN").to_phones("", tokens).word2ph == [1, 1, 0, 2, 1]


def test_french_numbers_do_not_depend_on_what_was_said_before() -> None:
    french = front("FR")
    alone = french.to_phones("vingt")
    french.to_phones("21")
    assert french.to_phones("vingt") == alone


def test_a_users_word_wins_over_the_dictionary() -> None:
    english = front("EN")
    lexicon = {"nginx": english.pronunciation("EH1 N JH IH0 N EH1 K S")}
    assert english.to_phones("nginx", lexicon=lexicon).phones == [
        "_", "eh", "n", "jh", "ih", "n", "eh", "k", "s", "_",
    ]  # fmt: skip
    assert front("ES").pronunciation("ˈola") == tuple((phone, 0) for phone in "ˈola")
    with pytest.raises(PronunciationError, match="XX"):
        english.pronunciation("XX")


def test_words_of_no_dictionary_are_guessed() -> None:
    assert front("EN").to_phones("kubernetes").phones[1:4] == ["k", "ah", "b"]
    assert front("ES").to_phones("zorgblaf").phones[1] == "θ"


@pytest.mark.parametrize("language", ["ES", "FR"])
@pytest.mark.parametrize("upstream_quirks", [False, True])
def test_only_upstream_says_what_day_it_is(language: str, upstream_quirks: bool) -> None:
    """Its Spanish and French read '80s' as the date eighty seconds ago."""
    frontend = front(language, upstream_quirks)
    assert isinstance(frontend, GruutFrontEnd)
    said = []
    for day in (datetime(2026, 11, 22, 12), datetime(2026, 3, 5, 12)):  # noqa: DTZ001  wall clocks
        with on_the_day(day):
            said.append(frontend.pronounce("80s", NO_LIAISONS)[0])
    assert (said[0] != said[1]) == upstream_quirks
