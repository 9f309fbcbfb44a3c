"""A book is cut where its chapters begin, and nothing of it is lost or said twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.cli.chapters import AFTER_CHAPTER, AFTER_HEADING, split_chapters, split_text


def titles(text: str) -> list[str]:
    return [chapter.title for chapter in split_chapters(text, "The book")]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# The sea", "The sea"),
        ("## 2. The shore ##", "2. The shore"),
        ("The sea\n=======", "The sea"),
        ("The sea\n---", "The sea"),
        ("Chapter 7", "Chapter 7"),
        ("CHAPTER IV. THE SEA", "CHAPTER IV. THE SEA"),
        ("Chapter Twenty-One", "Chapter Twenty-One"),
        ("Part One: The sea", "Part One: The sea"),
        ("Prologue", "Prologue"),
        ("Capítulo II", "Capítulo II"),
        ("CAPÍTULO PRIMERO", "CAPÍTULO PRIMERO"),
        ("Chapitre 3 – La mer", "Chapitre 3 – La mer"),
        ("第一章 海", "第一章 海"),
        ("第12回", "第12回"),
        ("第三話　夜", "第三話 夜"),
        ("제3장 바다", "제3장 바다"),
    ],
)
def test_a_heading_begins_a_chapter(heading: str, title: str) -> None:
    text = f"Before it.\n\n{heading}\n\nBelow it.\n\n{heading}\n\nThe end.\n"
    chapters = split_chapters(text, "The book")
    assert [one.title for one in chapters] == ["The book", title, title]
    assert [one.text for one in chapters] == ["Before it.", "Below it.", "The end."]


@pytest.mark.parametrize(
    "line",
    [
        "Part of the trouble was the sea.",
        "Chapter and verse were quoted.",
        "### A section",
        "#hashtag",
        "He opened\nChapter 7",
        "```\n# a comment\n```",
        "第一次世界大戦",
        "* * *",
    ],
)
def test_a_line_that_is_no_heading_begins_none(line: str) -> None:
    assert titles(f"# One\n\nText.\n\n{line}\n\nMore.\n") == ["One"]


def test_without_any_mark_blank_lines_tell() -> None:
    text = "The sea\n\nIt was calm.\n\nVery calm.\n\n\nThe shore\n\nIt was not.\n\n\nShe left.\n"
    assert titles(text) == ["The sea", "The shore"]
    assert titles("Only a paragraph.\n\nAnd another.") == ["The book"]
    assert split_chapters("", "The book") == []


def test_a_heading_is_said_before_its_chapter_and_silence_follows_both() -> None:
    (chapter,) = split_chapters("# The sea\n\nIt was calm.", "")
    assert chapter.parts() == [f"The sea\n\n{AFTER_HEADING}\n\nIt was calm.\n\n{AFTER_CHAPTER}"]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


words = st.text("abc .!?。\n字", max_size=400)


@given(words, st.integers(5, 60))
def test_no_sign_is_lost_or_said_twice_however_a_text_is_cut(text: str, most: int) -> None:
    stretches = split_text(text, most)
    assert squeezed("".join(stretches)) == squeezed(text)
    assert all(0 < len(stretch) <= most for stretch in stretches)


@given(st.lists(st.sampled_from(["# One", "Chapter 2", "", "", "Text. ", "More", "==="])))
def test_no_line_is_lost_or_said_twice_however_chapters_are_cut(lines: list[str]) -> None:
    chapters = split_chapters("\n".join(lines), "The book")
    said = squeezed("".join(chapter.heading + chapter.text for chapter in chapters))
    kept = squeezed("".join(lines))
    for mark in ("#", "="):
        said, kept = said.replace(mark, ""), kept.replace(mark, "")
    assert said == kept


def test_what_cannot_be_said_is_no_chapter() -> None:
    assert titles("* * *\n\n# One\n\nText.\n\n## ***\n\nMore.") == ["One"]


def test_a_text_is_cut_between_paragraphs_and_sentences_before_words() -> None:
    assert split_text("One two.\n\nThree four.", 15) == ["One two.", "Three four."]
    assert split_text("One two. Three four. Five.", 12) == ["One two.", "Three four.", "Five."]
    assert split_text("one two three", 8) == ["one two", "three"]
    assert split_text("One.\n\nTwo.\n\nThree.", 12) == ["One.\n\nTwo.", "Three."]
