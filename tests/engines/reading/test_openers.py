"""The full stop of an abbreviation ends its sentence where the next word opens one."""

from __future__ import annotations

import pytest

from engines.reading.said import said


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("EN", "We met at 5 p.m. Then he left.", "We met at five p m. Then he left."),
        ("EN", "He runs Acme Inc. She helps.", "He runs Acme incorporated. She helps."),
        ("EN", "in the U.S. The U.S. Army left", "in the U S. The U S Army left"),
        ("EN", "She has a Ph.D. He does not.", "She has a P H D. He does not."),
        ("EN", "J. R. R. Tolkien and John F. Kennedy", "J R R Tolkien and John F Kennedy"),
        ("EN", "We had a Plan B. Germany had none.", "We had a Plan B. Germany had none."),
        ("EN", "Dr. Who met Dr. No.", "doctor Who met doctor No."),
        ("ES", "Compró pan, etc. Luego volvió.", "Compró pan, etcétera. Luego volvió."),
        ("ES", "Vive en EE. UU. Es feliz.", "Vive en Estados Unidos. Es feliz."),
        ("ES", "el Sr. D. Juan y S. M. el Rey", "el señor don Juan y su majestad el Rey"),
        ("FR", "Des œufs, etc. Puis il part.", "Des œufs, et cetera. Puis il part."),
        ("FR", "M. Roux et Cie. Il part.", "monsieur Roux et compagnie. Il part."),
    ],
)
def test_no_end_of_a_sentence_is_lost(language: str, text: str, read: str) -> None:
    assert said(language, text, lambda _: None) == read
