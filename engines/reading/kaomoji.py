"""Faces drawn with signs, as people type them in Asian chats: no word stands for them.

What is bracketed is one where two eyes stand around a mouth, so that '(x+y)' and '(a*b)' are none.
"""

from __future__ import annotations

import re
import unicodedata

from engines.reading.draft import Draft

_EYES = frozenset("^＾・･◕•´｀`;；°ﾟ゜>＞≧ಠ*＊@oOTＴ-=~￣◉⌒ᵔ˘ˊ╥╯¬ㅠㅜㅇㅎㅡ_＿xXQ◔◑ᗒº′￢")
_MIRRORED = {">": "<", "＞": "＜", "≧": "≦", "´": "`｀", "`": "´", "｀": "´", "ˊ": "ˋ", "╯": "╰",
             "ᗒ": "ᗕ", "′": "‵`"}  # fmt: skip
_MOUTHS = frozenset(" 　_＿ωᗜ∀Дд▽∇□ロεз皿益︶‿ᴗ﹏wｗvｖoＯOoㅁㅂㅅ.．-ー―~～︿ェ人ヮ◡ᴥ3×x△◇;≦")
_AROUND = frozenset("๑*＊#＃=≡;；°ﾟ゜o｡。.,、✿☆★♡♥❤ノﾉ∩σっ∂q•｀´`")
_LONGEST_MOUTH = 3
_BARE_SIGNS = (
    r"b\^\^d|\^[_.\-oㅁ~]{0,2}\^[;；]{0,3}|[TＴㅠㅜ][_.ㅁㅅ^]+[TＴㅠㅜ]|>[_.﹏]+<|-[_.]-[;；]{0,3}"
    r"|@_@|=_=|;[_-];|[xX]_[xX]|[oO]_[oO0]|Q[AwWAωㅅ_]Q|T[wω]T"
)
# 'm(_ _)m', 'ヽ(´▽`)ノ', '(๑•̀ㅂ•́)و✧'
_BRACKETED = re.compile(
    r"(?:(?<![A-Za-z])[moOｍdb](?=[(（])|[ヽヾ＼\\٩┐╮╭Σ]{1,2}(?=[(（]))?[(（]"
    r"([^()（）\n]{2,14})[)）]"
    r"(?:(?:[ノﾉ丿シｼ/／و✧b凸彡ゞ♪☆╯┌╭╮۶]|(?<=[)）])[moOｍdbvV](?![A-Za-z])){1,3}(?![ァ-ンー]))?"
)
_SHRUG = re.compile(r"¯\\+_[(（]ツ[)）]_/¯|乁[(（].{1,6}[)）]ㄏ")
_BARE = re.compile(rf"(?<![A-Za-z\d^_(]){'(?:' + _BARE_SIGNS + ')'}(?![A-Za-z\d^_])")
# ':D' behind a space or a mark; behind a word it is an answer: '答案:D'.
_WESTERN = re.compile(r"(?:(?<=[\s!?。！？~～,，、…])|^)[:;=]['’]?-?[DPpOo3](?![A-Za-z\d])")
_MARKS = frozenset("()（）^_;><`:")


def without_faces(draft: Draft) -> None:
    """'おはよう(^o^)丿' -> 'おはよう ', and 'f(x)' as it is."""
    if _MARKS.isdisjoint(draft.text):
        return
    draft.sub(_SHRUG, " ")
    draft.sub(_BRACKETED, lambda found: " " if is_face(found[1]) else found[0])
    draft.sub(_BARE, " ")
    draft.sub(_WESTERN, " ")


def is_face(inside: str) -> bool:
    """Whether two eyes with a mouth between them are all there is."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFD", inside)
        if unicodedata.category(char) not in ("Mn", "Cf")
    ).strip()
    for left, eye in enumerate(plain):
        if eye not in _EYES:
            continue
        for right in range(left + 2, min(len(plain), left + 2 + _LONGEST_MOUTH)):
            mouth = plain[left + 1 : right]
            if plain[right] in _MIRRORED.get(eye, eye) and _MOUTHS.issuperset(mouth):
                rest = plain[:left] + plain[right + 1 :]
                return all(char in _AROUND or char in _EYES or char in "<≦`ˋ ╰" for char in rest)
    return False
