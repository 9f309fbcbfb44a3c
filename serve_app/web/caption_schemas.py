"""What answers say of when words are heard."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from serve_app.work.word_times import HeardText, HeardWord


class WordTimeResponse(BaseModel):
    """A word as it is written, and when it is heard."""

    text: str = Field(examples=["$3.50"])
    start: float = Field(description="seconds from the beginning")
    end: float
    char_start: int = Field(description="of the text as it was sent, markup included: code points")
    char_end: int


class CaptionResponse(BaseModel):
    """What is shown at once."""

    start: float = Field(description="seconds from the beginning")
    end: float
    lines: list[str] = Field(examples=[["It cost $3.50."]])


class CaptionsResponse(BaseModel):
    """Captions, and the words they are made of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "language": "EN",
                    "text": "It cost $3.50.",
                    "seconds": 2.4,
                    "words": [
                        {"text": "It", "start": 0.01, "end": 0.1, "char_start": 0, "char_end": 2},
                        {"text": "cost", "start": 0.1, "end": 0.5, "char_start": 3, "char_end": 7},
                        {
                            "text": "$3.50",
                            "start": 0.5,
                            "end": 2.2,
                            "char_start": 8,
                            "char_end": 13,
                        },
                    ],
                    "captions": [{"start": 0.01, "end": 2.2, "lines": ["It cost $3.50."]}],
                }
            ]
        }
    )

    audio_id: str
    language: str
    text: str = Field(description="that is shown: of SSML what stands between the tags")
    seconds: float = Field(description="of the audio")
    words: list[WordTimeResponse]
    captions: list[CaptionResponse]


def words_view(text: str, words: Iterable[HeardWord], later: float = 0.0) -> list[WordTimeResponse]:
    """Words of a text.

    Args:
        later: seconds that were heard before it.
    """
    return [
        WordTimeResponse(
            text=" ".join(text[slice(*word.shown)].split()),
            start=round(word.start + later, 3),
            end=round(word.end + later, 3),
            char_start=word.sent[0],
            char_end=word.sent[1],
        )
        for word in words
    ]


def heard_view(heard: HeardText | None) -> list[WordTimeResponse]:
    """All words of a text; none where nobody knows them."""
    return words_view(heard.text, heard.words) if heard else []
