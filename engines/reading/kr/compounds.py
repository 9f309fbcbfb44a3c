"""Sounds that depend on the parts of a Korean word: 재산권 is 재산꿘, 강남역 강남녁, 갈게 갈께."""

from __future__ import annotations

from engines.reading.kr.morphemes import coda, compounds
from engines.reading.kr.tensed import tense

_SUFFIXES = frozenset("권증법점과")  # rights, papers, ways, points, departments
# Shops, and words whose parts have grown together.
_GROWN = """
    백화점 편의점 대리점 할인점 전문점 체인점 가맹점 면세점 매점 영수증 방법 결과 사과
    지점 상점 반점 서점 분점 본점 개점 채점 노점 직영점 판매점 소매점
"""
_SHOPS = frozenset(_GROWN.split())
_STATION = "역"
_AFTER = {"ᆯ": "력"}
_OPEN = frozenset(["", "ᆫ", "ᆯ", "ᆷ", "ᆼ"])  # after other codas all is tense anyway


def respelled(word: str) -> str:
    """The word as its parts sound; most words stay as they are."""
    if not any(char in word for char in "권증법점과역게것수걸"):
        return word
    parts = compounds(word)
    if "".join(part.surface for part in parts) != word:
        return word
    out: list[str] = []
    modifies = False  # ends in the ㄹ of what is still to be
    for at, (surface, tag, inner) in enumerate(parts):
        before = parts[at - 1].surface if at else ""
        said = surface
        if tag == "XSN" and surface in _SUFFIXES and before + surface not in _SHOPS:
            said = _suffix(before[-1:], surface)
        elif surface == _STATION and tag.startswith("NN") and before and parts[at - 1].tag == "NNP":
            said = _station(before[-1])
        elif surface[-1] in _SUFFIXES and len(inner) == 2 and inner[1] == surface[-1]:
            if surface not in _SHOPS and len(surface) > 2:
                said = surface[:-1] + _suffix(surface[-2], surface[-1])
        elif surface[-1] == _STATION and len(inner) == 2 and inner[1] == _STATION:
            said = surface[:-1] + _station(surface[-2])
        elif inner and inner[-1].startswith(("ᆯ게", "ᆯ걸")):
            said = surface.replace("게", "께").replace("걸", "껄")
        elif modifies and tag.startswith("NNB"):
            said = tense(surface[0]) + surface[1:]
        modifies = tag.endswith("ETM") and coda(surface[-1]) == "ᆯ"
        out.append(said)
    return "".join(out)


def _suffix(before: str, suffix: str) -> str:
    return tense(suffix) if before and coda(before) in _OPEN else suffix


def _station(before: str) -> str:
    last = coda(before)
    return _AFTER.get(last, "녁") if last else _STATION
