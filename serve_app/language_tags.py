"""What a language tag looks like (BCP 47). Whether there is such a language is nobody's to say
here: a consent may be given in any."""

from __future__ import annotations

import re

# RFC 5646, 2.1; those that were registered before it and are irregular, among the alternatives.
TAG = re.compile(
    r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )    # the language, and its extensions
    (?: -[a-z]{4} )?                                    # script
    (?: -(?:[a-z]{2} | [0-9]{3}) )?                     # region
    (?: -(?:[a-z0-9]{5,8} | [0-9][a-z0-9]{3}) )*        # variants
    (?: -[a-wyz0-9] (?:-[a-z0-9]{2,8})+ )*              # extensions
    (?: -x (?:-[a-z0-9]{1,8})+ )?                       # private
    | x (?:-[a-z0-9]{1,8})+
    | i-[a-z]{3,8} | en-gb-oed | sgn-(?:be-fr | be-nl | ch-de)
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def as_tag(text: str) -> str | None:
    """A tag with the hyphens that it should have, en_GB as en-GB; None where it is none."""
    tag = text.strip().replace("_", "-")
    return tag if TAG.fullmatch(tag) else None
