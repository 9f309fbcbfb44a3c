"""Where a sentence without marks may be cut between two words, and still sound like one.

Speakers take breath before a phrase begins: before a conjunction, a preposition, a relative word or
an auxiliary verb, in Japanese after a particle. No cut is made after a word that leans on the next
one (an article, a pronoun), beside a number, or within a name. Fewer places are found than there
are: what is missed costs a moment, what is wrong is heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

# A phrase begins with these. Not with "in", "up" or "out" where they end one: "he came in".
_BEGIN: Mapping[str, str] = {
    "EN": (
        "and or but nor that which who whom whose where when while because although though if "
        "unless until since before after as than whether about above across against along among "
        "around at behind below beneath beside between beyond by during for from in inside into "
        "near of on onto past through throughout to toward towards under upon via with within "
        "without is are was were has have had will would can could should may might must does "
        "did"
    ),
    "ES": (
        "y e o u pero sino que quien quienes cual cuales donde cuando mientras porque aunque si "
        "como antes después desde hasta a ante bajo con contra del al en entre hacia para por "
        "según sin sobre tras durante es son era eran fue fueron está están ha han había será "
        "puede pueden"
    ),
    "FR": (
        "et ou mais car qui que dont où quand lorsque pendant parce comme si avant après depuis "
        "jusqu au aux avec chez contre dans des du entre par pour sans sous sur vers devant "
        "derrière durant sont était peut peuvent sera"
    ),
}
# Not with "de", which makes one thing of two words: "mot de passe", "fin de semana".
# Nothing is cut after these, nor after a word that begins a phrase.
_LEAN: Mapping[str, str] = {
    "EN": (
        "a an the this that these those my your whose his her its our their no some any each "
        "every all both very so too quite more most less such i you he she it we they what there "
        "not mr mrs ms dr st"
    ),
    "ES": (
        "el la los las un una unos unas lo mi mis tu tus su sus nuestro nuestra nuestros nuestras "
        "de este esta estos estas ese esa esos esas aquel aquella no ni se me te le les nos yo él "
        "ella muy más menos tan todo toda todos todas cada don doña sr sra dr"
    ),
    "FR": (
        "le la les l un une mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet "
        "cette ces ne n ni se s me m te t y en à a ont est je j tu il elle on nous vous ils elles "
        "très plus moins si tout toute tous toutes chaque d qu c m mme mlle dr st ste"
    ),
}
_SPACE = re.compile(r"\s+")
_QUOTES = "\"“”«»„‚‘'’()[]"
_APOSTROPHE = re.compile("['’]")
_VOWELS = frozenset("aàâäeéèêëiîïoôöuùûüyœæh")
_SOUNDS_ON = frozenset("sxztdnpr")  # what a French word may end in that is heard before a vowel

_KANJI_OR_KATAKANA = r"[\u3005\u30a0-\u30ff\u4e00-\u9fff]"
_PARTICLE = re.compile(
    rf"(?<={_KANJI_OR_KATAKANA})(?:から|まで|には|では|とは|[はがをにでともへ])(?={_KANJI_OR_KATAKANA})"
)

# Chinese has no spaces: a word is taken for one where what stands around it makes no other of it.
_CHINESE = re.compile(
    "因为|所以|但是|而且|如果|虽然|已经|可以|应该|需要|正在|预计|将会|将在"
    "|(?<![现存正实自所内外潜好不也还都将就已又住会才])在(?!于)"
    "|(?<!即)将(?![军来要近])|(?<![一两几手拖火])把(?![握手戏柄关])|(?<!棉)被(?![子告动迫])"
    "|(?<![自服])从(?![来事前此而容])|(?<![温总饱附柔缓])和(?![平谐解气尚好])|(?<![参赠给])与(?![会其众])"
)

_Finder = Callable[[str], Iterator[int]]


def joints(text: str, language: str) -> Iterator[int]:
    """Where the second part would begin, in order. None in a language without rules.

    >>> text = "The children were playing quietly in the garden when the rain started."
    >>> [text[at:].split()[0] for at in joints(text, "EN")]
    ['were', 'in', 'when']
    """
    find = _FINDERS.get(language)
    return find(text) if find else iter(())


def _between_words(language: str) -> _Finder:
    begin = frozenset(_BEGIN[language].split())
    lean = begin | frozenset(_LEAN[language].split())
    tied = _liaison if language == "FR" else _never

    def find(text: str) -> Iterator[int]:
        words = _words(text)
        for (_, before), (at, after), (_, following) in zip(
            words, words[1:], words[2:], strict=False
        ):
            if not (before[-1].isalpha() and after[0].isalpha()):
                continue  # a mark or a number
            if _bare(before) in lean or _bare(after) not in begin:
                continue
            if before[0].isupper() and _names(after, following, text, at):
                continue
            if not tied(before, after):
                yield at

    return find


def _words(text: str) -> list[tuple[int, str]]:
    """Where each begins, and it."""
    begins = [0, *(space.end() for space in _SPACE.finditer(text))]
    ends = [*(space.start() for space in _SPACE.finditer(text)), len(text)]
    return [(at, text[at:end]) for at, end in zip(begins, ends, strict=True) if at < end]


def _bare(word: str) -> str:
    """In lower case, without quotation marks, and only what stands before an apostrophe."""
    return _APOSTROPHE.split(word.strip(_QUOTES).lower())[0]


def _names(after: str, following: str, text: str, at: int) -> bool:
    """Whether a capital follows the word at `at`: "Bank of England", "Lord of the Rings"."""
    beyond = text[at + len(after) :].split(maxsplit=2)[1:2]
    return any(word.strip(_QUOTES)[:1].isupper() for word in (following, *beyond))


def _liaison(before: str, after: str) -> bool:
    """Whether a French consonant may be heard only because a vowel follows it."""
    return before[-1].lower() in _SOUNDS_ON and after[0].lower() in _VOWELS


def _never(_before: str, _after: str) -> bool:
    return False


def _after_particles(text: str) -> Iterator[int]:
    return (particle.end() for particle in _PARTICLE.finditer(text))


def _before_chinese_words(text: str) -> Iterator[int]:
    return (word.start() for word in _CHINESE.finditer(text) if word.start() > 1)


_FINDERS: Mapping[str, _Finder] = {
    **{language: _between_words(language) for language in _BEGIN},
    "JP": _after_particles,
    "ZH": _before_chinese_words,
}
