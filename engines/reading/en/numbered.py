"""What stands beside a number in English and is short for a word: looked for only where one is."""

from __future__ import annotations

from engines.reading.draft import Say
from engines.reading.en import calls, chat, medicine

PASSES: tuple[tuple[str, Say], ...] = (
    *chat.FIGURED,
    *calls.NUMBERED,
    *medicine.PASSES,
    (r"\b[Cc]l\.(?=\s?\d)", "clause "),
    (r"(?<=\d)pc\b", " percent"),
    (r"\bRs\.?\s?(?=\d)", "₹"),
    (r"\bAD(?=\s\d)|(?<=\d )AD\b", "A D"),
    (r"(?<=\d\d\d )pp\.", "pages"),
    (r"(?<=\d(?:st|nd|rd|th) )min\b\.?", "minute"),
    (r"(?<=\d)/ea\b\.?", " each"),
    (r"(?<![\w:])(\d\d:\d\d)Z\b", r"\1 Z"),
    (r"\b([Nn]oon|[Mm]idnight|[Dd]awn|[Dd]usk)\s?[-–—]\s?(?=\d)", r"\1 to "),
    (
        r"(?<=\d)(\s?[ap]\.?\s?m\.?)?\s?[-–—]\s?(?=(?:noon|midnight|dawn|dusk|late|close|present|today|now)\b)",
        r"\1 to ",
    ),
)
