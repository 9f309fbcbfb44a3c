"""How Sphinx builds the documentation: `make docs`. It is plain Markdown and reads well without.

Sphinx runs in the repository's root, so that README.md and its like are pages among the others.
"""

project = "Phonex"
copyright = "the Phonex authors, MIT"  # noqa: A001  Sphinx's name
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [".*", "build"]  # environments have pages of their own
root_doc = "docs/index"
html_theme = "alabaster"
html_theme_options = {"description": "Text to speech and voice cloning", "fixed_sidebar": True}
html_show_sphinx = False
html_extra_path = ["root"]  # index.html at the top leads to ours
myst_heading_anchors = 4  # as GitHub makes them
suppress_warnings = ["toc.not_included"]  # index.md links to every page; a test checks it
