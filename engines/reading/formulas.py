"""Signs of logic and of sets, as formulas are read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TERM = r"(?:\d{1,3}(?!h))?[a-z](?:\^\d)?"  # '9h-12h' are hours
# A hyphen between terms of an equation: 'a-b=c', 'y = x - 2'.
MINUS = re.compile(
    rf"(?<![\w-])({_TERM})\s?-\s?(?=(?:{_TERM}|\d{{1,4}})(?![\w-])\s?[-+=×*/<>≤≥])"
    rf"|(?<==)(\s?{_TERM})\s?-\s?(?=(?:{_TERM}|\d{{1,4}})(?![\w-]))"
)
# The sign itself is never a hyphen beside a letter; numbers are also parted by it.
TRUE_MINUS = re.compile(r"(?<=[A-Za-z)²³])\s?−\s?(?=[A-Za-z\d(])|(?<=\d)\s?−\s?(?=[A-Za-z(])")


def less(minus: str, found: re.Match[str]) -> str:
    """What stands before a minus, and its word."""
    return f"{found[1] or found[2]}{minus}"


EN: Mapping[str, str] = {
    "∪": "union", "∩": "intersection", "∈": "in", "∉": "not in", "⊂": "subset of",
    "⊆": "subset of or equal to", "∀": "for all", "∃": "there exists", "∅": "empty set",
    "∂": "partial", "∇": "nabla", "∝": "proportional to", "⇒": "implies", "⇔": "if and only if",
    "↔": "if and only if", "∏": "product", "¬": "not", "∧": "and", "∨": "or", "⊕": "exclusive or",
    "⊥": "perpendicular to", "∥": "parallel to", "∴": "therefore", "∵": "because",
    "≡": "equivalent to", "≅": "congruent to", "≪": "much less than", "≫": "much greater than",
}  # fmt: skip
ES: Mapping[str, str] = {
    "∪": "unión", "∩": "intersección", "∈": "pertenece a", "∉": "no pertenece a",
    "⊂": "subconjunto de", "⊆": "subconjunto de", "∀": "para todo", "∃": "existe",
    "∅": "conjunto vacío", "∂": "derivada parcial", "∇": "nabla", "∝": "proporcional a",
    "⇒": "implica", "⇔": "si y solo si", "↔": "si y solo si", "∏": "producto", "¬": "no", "∧": "y",
    "∨": "o", "⊥": "perpendicular a", "∥": "paralelo a", "∴": "por lo tanto", "∵": "porque",
    "≡": "equivalente a", "≅": "congruente con", "≪": "mucho menor que", "≫": "mucho mayor que",
}  # fmt: skip
FR: Mapping[str, str] = {
    "∪": "union", "∩": "intersection", "∈": "appartient à", "∉": "n'appartient pas à",
    "⊂": "inclus dans", "⊆": "inclus dans", "∀": "pour tout", "∃": "il existe",
    "∅": "ensemble vide", "∂": "dérivée partielle", "∇": "nabla", "∝": "proportionnel à",
    "⇒": "implique", "⇔": "équivaut à", "↔": "équivaut à", "∏": "produit", "¬": "non", "∧": "et",
    "∨": "ou", "⊥": "perpendiculaire à", "∥": "parallèle à", "∴": "donc", "∵": "car",
    "≡": "équivalent à", "≅": "congru à", "≪": "très inférieur à", "≫": "très supérieur à",
}  # fmt: skip
ZH: Mapping[str, str] = {
    "∪": "并", "∩": "交", "∈": "属于", "∉": "不属于", "⊂": "包含于", "⊆": "包含于",
    "∀": "对任意", "∃": "存在", "∅": "空集", "∂": "偏", "∝": "正比于", "⇒": "推出",
    "⇔": "等价于", "∧": "且", "∨": "或", "¬": "非", "⊥": "垂直于", "∥": "平行于", "∴": "所以",
    "∵": "因为", "≡": "恒等于", "≅": "全等于", "∠": "角", "△": "三角形", "∑": "求和",
    "∏": "连乘", "∫": "积分", "≪": "远小于", "≫": "远大于",
}  # fmt: skip
JP: Mapping[str, str] = {
    "∪": "カップ", "∩": "キャップ", "∈": "ゾクスル", "∉": "ゾクサナイ", "⊂": "フクマレル",
    "⊆": "フクマレル", "∀": "スベテノ", "∃": "ソンザイスル", "∅": "クウシュウゴウ",
    "∂": "ラウンド", "∝": "ヒレイスル", "⇒": "ナラバ", "⇔": "ドウチ", "∧": "カツ",
    "∨": "マタハ", "⊥": "スイチョク", "∥": "ヘイコウ", "∴": "ユエニ", "∵": "ナゼナラバ",
    "≡": "ゴウドウ", "≅": "ゴウドウ", "∠": "カク", "△": "サンカク", "∑": "シグマ",
    "∫": "インテグラル",
}  # fmt: skip
KR: Mapping[str, str] = {
    "∪": " 합집합 ", "∩": " 교집합 ", "∈": " 원소 ", "∉": " 원소 아님 ", "⊂": " 부분집합 ",
    "⊆": " 부분집합 ", "∀": " 모든 ", "∃": " 존재하는 ", "∅": " 공집합 ", "∂": " 라운드 ",
    "∝": " 비례 ", "⇒": " 이면 ", "⇔": " 동치 ", "∧": " 그리고 ", "∨": " 또는 ", "⊥": " 수직 ",
    "∥": " 평행 ", "∴": " 따라서 ", "∵": " 왜냐하면 ", "≡": " 합동 ", "≅": " 합동 ",
    "∠": " 각 ", "△": " 삼각형 ", "∑": " 시그마 ", "∏": " 파이 ", "∫": " 인테그랄 ",
}  # fmt: skip
