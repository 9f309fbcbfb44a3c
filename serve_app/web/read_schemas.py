"""What /tts/read answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ReadWordResponse(BaseModel):
    """One word that will be said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "10€", "said": "ten", "start": 0, "end": 3, "phones": "tˈɛn",
                          "language": "EN"}]
        }
    )  # fmt: skip

    text: str = Field(description="what it stands for in the text as it was sent")
    said: str
    start: int = Field(description="where that starts, in characters (Unicode code points)")
    end: int = Field(description="where it ends: text[start:end]")
    phones: str | None = Field(
        description="how the engine says this word alone; null where it cannot tell"
    )
    language: str = Field(description="in which it is said; of SSML not always the text's")


class ReadResponse(BaseModel):
    """What will be said for a text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "language": "EN",
                    "said": "ten euros",
                    "words": [
                        {"text": "10€", "said": "ten", "start": 0, "end": 3, "phones": "tˈɛn",
                         "language": "EN"},
                        {"text": "10€", "said": "euros", "start": 0, "end": 3,
                         "phones": "jˈʊɹɹoʊz", "language": "EN"},
                    ],
                    "warnings": [],
                }
            ]
        }
    )  # fmt: skip

    language: str
    said: str
    words: list[ReadWordResponse] = Field(
        description="in order; several may stand for the same stretch of the text"
    )
    warnings: list[str] = Field(description="of what is not said as it is written")
