"""Ranges against a reference that is too simple to be wrong."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serve_app.errors import RangeNotSatisfiable
from serve_app.web.ranges import parse_range

ETAG = '"abc"'
sizes = st.integers(0, 40)
positions = st.none() | st.integers(0, 60)


def reference(first: int | None, last: int | None, size: int) -> bytes | None:
    """The bytes of a file 0, 1, 2, … that a range means; None where it means the whole file."""
    data = bytes(range(size))
    if first is None:
        return data if last is None else data[max(0, size - last) :]
    if last is not None and last < first:
        return None
    return data[first:] if last is None else data[first : last + 1]


@given(positions, positions, sizes)
@example(None, 0, 10)
@example(0, None, 0)
@example(9, 9, 10)
@example(10, None, 10)
def test_a_range_is_what_slicing_gives(first: int | None, last: int | None, size: int) -> None:
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    expected = reference(first, last, size)
    whole = expected is None or (first is None and last is None)
    if not whole and expected == b"":
        with pytest.raises(RangeNotSatisfiable) as refused:
            parse_range([header], [], ETAG, size)
        assert refused.value.extensions == {"size_bytes": size}
        return
    span = parse_range([header], [], ETAG, size)
    if span is None:
        assert whole
        return
    assert 0 <= span.start < span.end <= size
    assert bytes(range(size))[span.start : span.end] == expected


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9,\- ]{0,30}", fullmatch=True), sizes)
def test_no_header_breaks_it(header: str, size: int) -> None:
    try:
        span = parse_range([header], [], ETAG, size)
    except RangeNotSatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size


@pytest.mark.parametrize(
    ("if_range", "partial"),
    [
        ([], True),
        ([ETAG], True),
        ([f" {ETAG} "], True),
        (['"other"'], False),
        (["W/" + ETAG], False),
        (["Wed, 21 Oct 2015 07:28:00 GMT"], False),
        ([f'"other", {ETAG}'], False),
        ([ETAG, ETAG], False),
        ([""], False),
    ],
)
def test_a_range_of_another_version_is_not_mixed_in(if_range: list[str], partial: bool) -> None:
    assert (parse_range(["bytes=0-1"], if_range, ETAG, 10) is not None) is partial


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("Bytes=0-3", (0, 4)),
        ("BYTES=0-3", (0, 4)),
        (" bytes=0-3 ", (0, 4)),
        ("bytes= 0-3", (0, 4)),
        ("bytes=0-3,", (0, 4)),  # a list may have empty members
        ("bytes=, ,0-3 , ", (0, 4)),
        ("bytes=00000000000000000000003-3", (3, 4)),
        ("bytes=5-99999999999999999999999", (5, 10)),
        ("bytes=-99999999999999999999999", (0, 10)),
        ("octets=0-3", None),
        ("bytes=0-3,5-6", None),
        ("bytes:0-3", None),
        ("bytes =0-3", None),
        ("bytes=0 - 3", None),
        ("bytes=a-3", None),
        ("bytes=+0-3", None),
        ("bytes=\u0663-5", None),  # a digit, but none of ASCII
    ],
)
def test_a_range_is_read_as_its_grammar_says(header: str, span: tuple[int, int] | None) -> None:
    read = parse_range([header], [], ETAG, 10)
    assert (read and (read.start, read.end)) == span


def test_a_beginning_beyond_all_numbers_is_beyond_the_file() -> None:
    with pytest.raises(RangeNotSatisfiable):
        parse_range(["bytes=" + "9" * 4400 + "-"], [], ETAG, 10)


def test_two_ranges_headers_are_none() -> None:
    assert parse_range([], [], ETAG, 10) is None
    assert parse_range(["bytes=0-1", "bytes=0-1"], [], ETAG, 10) is None
