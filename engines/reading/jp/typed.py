"""What Japanese chats type for laughter, and marks of voicing that are set apart."""

from __future__ import annotations

import re
import unicodedata

from engines.reading.draft import Draft

LAUGHTER = re.compile(r"(?<=[ぁ-ヺー一-鿿。、!?！？…」)）])[wｗ]{1,400}(?=$|[\s。、!?！？…」)）])")
VOICED = re.compile("([うか-とは-ほウカ-トハ-ホ])([゛゜])")
MARKS = {"゛": "\u3099", "゜": "\u309a"}


def laughed(draft: Draft) -> None:
    """'草www' -> '草ワラ'."""
    draft.sub(LAUGHTER, "ワラ")


def voiced(draft: Draft) -> None:
    """'か゛' -> 'が'."""
    draft.sub(VOICED, lambda found: unicodedata.normalize("NFC", found[1] + MARKS[found[2]]))
