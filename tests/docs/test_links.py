"""No page leads nowhere, and every page can be found."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from serve_app.problems import BY_NAME
from tests.docs.markdown import PAGES, ROOT, anchors, links, tokens

INDEX = ROOT / "docs" / "index.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        url = urlsplit(link)
        if url.scheme in ("https", "mailto"):
            continue
        assert not url.scheme, f"{link}: neither https nor a file of ours"
        target = (page.parent / unquote(url.path)).resolve() if url.path else page
        inside = target.is_relative_to(ROOT) and target.exists()
        if not inside or (url.fragment and url.fragment not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_the_index_leads_to_every_page() -> None:
    reached = {(INDEX.parent / urlsplit(link).path).resolve() for link in links(INDEX)}
    pages = {page for page in PAGES if page.is_relative_to(INDEX.parent)} - {INDEX}
    assert pages - reached == set()


def test_the_readme_leads_to_the_documentation() -> None:
    assert "docs/index.md" in links(ROOT / "README.md")


def test_every_problem_is_explained() -> None:
    """The table of docs/api.md has each type with its status, and no other."""
    rows: list[list[str]] = []
    for token in tokens(ROOT / "docs" / "api.md"):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 2:
            rows[-1].append(token.content.strip("`"))
    explained = {row[0]: row[1] for row in rows if len(row) == 3 and row[1].isdecimal()}
    assert explained == {name: str(kind.status) for name, kind in BY_NAME.items()}
