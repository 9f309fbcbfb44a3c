"""What answers say of how alike voices are, and of what was heard in a job's audio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

EXAMPLE: dict[str, JsonValue] = {
    "cosine": 0.86,
    "verdict": "same",
    "below_same": 0.194,
    "above_others": 1.0,
    "model": "GE2E",
    "same": {"from": 0.831, "median": 0.884},
    "others": {"median": 0.53, "to": 0.668},
    "missing": None,
}


class SimilarityResponse(BaseModel):
    """How alike two voices are, and what that means by pairs of recordings of known people."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    cosine: float | None = Field(None, description="between the two; null where it is missing")
    verdict: Literal["same", "between", "others"] | None = Field(
        None, description="in the range of 19 of 20 pairs of one person, of two people, or between"
    )
    below_same: float | None = Field(
        None, description="share of the pairs of one person that are less alike"
    )
    above_others: float | None = Field(
        None, description="share of the pairs of two people that are less alike"
    )
    model: str | None = Field(None, description="the speaker encoder")
    same: dict[str, float] | None = Field(
        None, description="cosines of pairs of one person: 19 of 20 are above `from`; the median"
    )
    others: dict[str, float] | None = Field(
        None, description="cosines of pairs of two people: the median; 19 of 20 are below `to`"
    )
    missing: str | None = Field(None, description="why there is no cosine")


class AudioQualityResponse(BaseModel):
    """What was heard in finished audio."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "similarity": EXAMPLE,
                    "warnings": ["Piece 2 was made again: it had a click."],
                }
            ]
        }
    )

    audio_id: str
    similarity: SimilarityResponse = Field(description="of a clone and its voice")
    warnings: list[str] = Field([], description="the job's, faults that were heard among them")


def similarity_view(report: Mapping[str, Any], missing: str) -> SimilarityResponse:
    """The similarity of a report, or `missing` where it has none."""
    return SimilarityResponse(**report.get("similarity") or {"missing": missing})
