"""How Sphinx builds the documentation: `make docs`. It is plain Markdown and reads well without.

Sphinx runs in the repository's root, so that README.md and its like are pages among the others.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Phonex"
copyright = "the Phonex authors, MIT"  # noqa: A001  Sphinx's name
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [".*", "build"]  # environments have pages of their own
root_doc = "docs/index"
html_theme = "furo"
html_title = "Phonex"
html_show_sphinx = False
html_extra_path = ["root"]  # index.html at the top leads to ours
myst_heading_anchors = 4  # as GitHub makes them
suppress_warnings = ["toc.not_included"]  # index.md links to every page; a test checks it

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LINK = re.compile(r"\[[^]]+\]\(([^)#]+\.md)\)")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_navigation)


def _add_navigation(_app: Sphinx, page: str, source: list[str]) -> None:
    """Let the navigation beside every page be what docs/index.md links to, in its order. Written
    out there, a table of contents would stand as code in the page that people read in a
    repository."""
    if page != root_doc:
        return
    text = source[0]
    _, *parts = HEADING.split(text)
    for heading, part in zip(parts[::2], parts[1::2], strict=True):
        pages = "\n".join(_page(link) for link in LINK.findall(part))
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{pages}\n```\n"


def _page(link: str) -> str:
    """A link out of docs/index.md as Sphinx names the page from the root on."""
    path = PurePosixPath(link)
    return f"/{path.relative_to('..') if link.startswith('..') else 'docs' / path}"
