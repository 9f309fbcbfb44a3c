"""Markdown files as their readers see them: links, headings, blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("deploy/**/*.md"),
        *ROOT.glob("clients/**/*.md"),
    ]
)


def tokens(page: Path) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text()):
        yield token
        yield from token.children or ()


def links(page: Path) -> list[str]:
    """Where the page's links and images lead."""
    return [
        str(token.attrs.get("href") or token.attrs["src"])
        for token in tokens(page)
        if token.type in ("link_open", "image")
    ]


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    found: set[str] = set()
    flat = list(tokens(page))
    for token, inline in pairwise(flat):
        if token.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            repeated = sum(re.fullmatch(rf"{slug}(-\d+)?", other) is not None for other in found)
            found.add(f"{slug}-{repeated}" if repeated else slug)
    return found


def code(page: Path, language: str) -> list[str]:
    """The page's fenced blocks of one language, in order."""
    return [
        token.content
        for token in tokens(page)
        if token.type == "fence" and token.info.split()[:1] == [language]
    ]
