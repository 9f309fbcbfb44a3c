"""What WORLD knows of the speakers that it converts from, mixed ones with them."""

from __future__ import annotations

import pytest

from engines.embedded.base_speakers import base_speakers, find_base_speaker
from engines.embedded.embedding import to_profile


def pitch(language: str, speaker: str) -> float:
    """Of log F0."""
    known = find_base_speaker(language, speaker)
    assert known is not None
    return to_profile(known).pitch


def test_a_mix_lies_between_its_speakers_by_its_shares() -> None:
    woman, man = pitch("EN", "af_heart"), pitch("EN", "am_adam")
    mixed = pitch("EN", "af_heart(0.75)+am_adam(0.25)")
    assert mixed == pytest.approx(0.75 * woman + 0.25 * man)
    assert pitch("EN", "AF-Heart(0.75)+am_adam(0.25)") == mixed


def test_a_mix_may_have_a_speaker_of_another_language() -> None:
    assert "am_adam" not in base_speakers()["FR"]
    mixed = pitch("FR", "ff_siwis(0.5)+am_adam(0.5)")
    assert mixed == pytest.approx((pitch("FR", "ff_siwis") + pitch("EN", "am_adam")) / 2)


def test_a_mix_with_a_stranger_is_a_stranger() -> None:
    assert find_base_speaker("EN", "af_heart(0.5)+nobody(0.5)") is None
    assert find_base_speaker("FR", "am_adam") is None
