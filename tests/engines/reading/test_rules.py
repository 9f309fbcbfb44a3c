"""What others may know of an engine's texts without its libraries."""

from __future__ import annotations

import subprocess
import sys

from engines.reading.rules import MODULES, text_rules

LIGHT = """
import pkgutil, socket, sys

def refuse(*_args, **_kw):
    raise SystemExit("a socket was opened")

socket.socket = socket.create_connection = refuse
import engines
import engines.registry
from engines.reading.rules import MODULES, text_rules

for name in MODULES:
    rules = text_rules(name)
    for language, text in TEXTS.items():
        assert rules.split(text, language) == [text], (name, language)
        if name not in ("espeak", "natural") or language != "ZH":
            rules.check(language, SPELLED[language])
heavy = {"torch", "transformers", "gruut", "jieba", "fugashi", "nltk", "num2words", "g2p_en",
         "pyworld", "espeakng_loader", "janome", "ray", "fastapi"}
sys.exit(" ".join(sorted(heavy & set(sys.modules))) or 0)
"""
TEXTS = {
    "EN": "One lamp burned.",
    "ES": "Ardía una lámpara.",
    "FR": "Une lampe brûlait.",
    "ZH": "只有一盏灯还亮着呢",
    "JP": "ランプが一つだけ灯っていた",
    "KR": "등불 하나만 켜져 있었다",
}
SPELLED = {"EN": "W AH1 N", "ES": "uno", "FR": "ɛ̃", "ZH": "deng1", "JP": "アス", "KR": "물껼"}


def test_the_ingress_learns_all_this_without_a_library_or_a_socket() -> None:
    code = f"TEXTS = {TEXTS!r}\nSPELLED = {SPELLED!r}\n{LIGHT}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_engine_that_names_no_rules_is_served() -> None:
    assert text_rules("").split("One lamp burned.", "EN") == ["One lamp burned."]
    assert set(MODULES) == {"espeak", "natural", "melo", "melo-as-upstream"}
