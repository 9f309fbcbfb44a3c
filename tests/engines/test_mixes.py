"""How mixes of speakers are written."""

from __future__ import annotations

import pytest

from engines.mixes import InvalidMix, leading, parse_mix, write_mix


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("af_bella", "af_bella"),
        ("af_bella+af_sky", "af_bella(0.5)+af_sky(0.5)"),
        ("af_bella(2)+af_sky(1)", "af_bella(0.67)+af_sky(0.33)"),
        ("af_sky+af_bella(3)", "af_bella(0.75)+af_sky(0.25)"),
        (" af_bella ( 0.5 ) + af_sky(.5)", "af_bella(0.5)+af_sky(0.5)"),
        ("a+b+a", "a(0.67)+b(0.33)"),
        ("a(1)+b(0)", "a"),
        ("a+a", "a"),
    ],
)
def test_a_mix_is_kept_in_one_way(written: str, kept: str) -> None:
    assert write_mix(parse_mix(written)) == kept
    assert write_mix(parse_mix(kept)) == kept


def test_shares_are_one_together_and_the_first_leads() -> None:
    mix = parse_mix("a(1)+b(5)+c(2)")
    assert mix == (("b", 0.625), ("c", 0.25), ("a", 0.125))
    assert leading("a+b") == "a"


@pytest.mark.parametrize(
    "written",
    [
        *("+", "a+", "+a", "a++b", "a(+b", "a(x)+b", "a(-1)+b", "a(nan)+b", "a(1e9)+b"),
        *("a(99999)+b", "a(0)+b(0)", "a(1)(2)+b", "+".join("abcdefghi"), "a(1)b+c"),
    ],
)
def test_what_is_no_mix_is_refused(written: str) -> None:
    with pytest.raises(InvalidMix):
        parse_mix(written)
