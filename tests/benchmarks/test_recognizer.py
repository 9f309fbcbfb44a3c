"""What counts as heard wrong is what sounds otherwise, not what is spelled otherwise."""

import pytest

from benchmarks.recognizer import sounds_of


@pytest.mark.parametrize(
    ("language", "written", "heard"),
    [
        ("EN", "The harbour at eleven.", "the harbor at 11"),
        ("ES", "a las once", "A las 11."),
        ("FR", "quatre-vingts ans", "80 ans"),
        ("ZH", "十一点开", "11点开。"),
        ("JP", "電車が出る", "でんしゃがでる"),
        ("KR", "열한 시에", "11시에"),
    ],
)
def test_another_spelling_is_the_same_sound(language: str, written: str, heard: str) -> None:
    assert sounds_of(written, language) == sounds_of(heard, language)


@pytest.mark.parametrize(
    ("language", "written", "heard"),
    [
        ("EN", "five minutes slow", "five minutes low"),
        ("ES", "el puerto", "la puerta"),
        ("FR", "le pont", "le port"),
        ("ZH", "温度", "速度"),
        ("JP", "夜明け前", "夜明け"),
        ("KR", "항구", "한국"),
    ],
)
def test_another_word_is_not(language: str, written: str, heard: str) -> None:
    assert sounds_of(written, language) != sounds_of(heard, language)
