"""Faces and hearts made of punctuation, which stand for a look and which nobody says."""

from __future__ import annotations

import re

from engines.reading.draft import Draft, Say

BEFORE = r"(?:(?<=\s)|^|(?<=[\s.,!?…][)(]))"
AFTER = r"(?=\s|$|[.,!?…])"
# What is loved stands before a heart; after other words '<3' is less than three.
LOVED = (
    r"(?:(?<=\byou )|(?<=\bu )|(?<=\bit )|(?<=\bthis )|(?<=\bthem )|(?<=\bher )"
    r"|(?<=\bhim )|(?<=\bthat )"
    r"|(?<=\bmuch )|(?<=\blove )|(?<=\blot )|(?<=\bthanks )|(?<=[!?.…] )"
    r"|(?<=\bquiero )|(?<=\bmucho )"
    r"|(?<=\bbesos )|(?<=\bguapa )|(?<=\bgracias )|(?<=\bbisous )|(?<=\bmerci )"
    r"|(?<=\bfort )|(?<=<3 )"
    r"|(?<=\bt'aime ))"
)
PASSES: tuple[tuple[re.Pattern[str], Say], ...] = (
    (re.compile(r"¯\\{0,2}_\(ツ\)_\\{0,2}/¯|\(╯°□°\)╯ ?︵ ?┻━┻|ಠ_ಠ"), ""),
    (re.compile(r"\b(I|We|we|i) <3(?= \w)"), r"\1 love"),
    (re.compile(rf"{LOVED}<(?:/?3)+{AFTER}"), ""),
    # ':)' and ':(' may touch the word before; what opens a bracket stands before a word.
    (re.compile(r"(?<![\d:;=])[:;]['’]?-?(?:\)+|\(+)(?![\w(])"), " "),
    (
        re.compile(
            rf"{BEFORE}(?:[:;=]['’]?-?[DPpOoSs|/\\*\]\[)(]+|(?<!\d\s):3|[xX]D+|[<>]?:-?[<>{{}}]){AFTER}"
        ),
        "",
    ),
    (re.compile(rf"{BEFORE}(?:\^_*\^|-_+-|[oO]_[oO]|T_T|>_<|:[vV]){AFTER}"), ""),
)
SIGNS = re.compile(r"[:;=][-'’]?[()DPpOo3Ss|/\\*\]\[<>{}vV]|<3|</3|xD|XD|_|\^\^|━")


def faceless(draft: Draft) -> None:
    """Without emoticons: 'Thanks :)' is 'Thanks'.

    >>> draft = Draft("Thanks :) See you :D")
    >>> faceless(draft)
    >>> draft.text
    'Thanks   See you '
    """
    if SIGNS.search(draft.text):
        for pattern, say in PASSES:
            draft.sub(pattern, say)
