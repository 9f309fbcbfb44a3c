"""Texts of a real length distribution in six languages.

Lengths are log-normal: half of all texts are a sentence or two, one in a hundred fills a page.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

MEDIAN_S = 5.0  # of speech in a text
SIGMA = 0.9  # of the logarithm: the mean is 1.5 medians, one in a hundred is 8 medians
SHORTEST_S, LONGEST_S = 1.0, 180.0
LONG_S = 15.0  # what a user thinks of as a long text

SHARES = {"EN": 0.5, "ES": 0.15, "FR": 0.1, "ZH": 0.1, "JP": 0.08, "KR": 0.07}
# Rough seconds of speech a character. Plausible is what lies within a factor around it.
SECONDS_PER_CHARACTER = {"EN": 0.06, "ES": 0.065, "FR": 0.055, "ZH": 0.24, "JP": 0.15, "KR": 0.13}

SENTENCES: dict[str, tuple[str, ...]] = {
    "EN": (
        "Your parcel is waiting at the front desk.",
        "Turn left after the bakery, then keep to the river.",
        "The library closes early on Fridays.",
        "She opened the window and let the cold morning air into the room.",
        "We will land in about twenty minutes, a little ahead of schedule.",
        "Please keep this ticket until the end of your journey.",
        "Nobody had told him that the bridge was closed for repairs.",
        "Add the flour slowly, stir until it is smooth, and let it rest for an hour.",
        "The committee will meet again on Tuesday to settle what was left open last week.",
        "Thank you for calling.",
    ),
    "ES": (
        "Su pedido llegará mañana por la tarde.",
        "La biblioteca cierra temprano los viernes.",
        "Gire a la derecha después de la farmacia.",
        "El niño abrió la ventana y miró cómo caía la nieve sobre los tejados.",
        "Mañana hará sol en la costa y lloverá en las montañas.",
        "Gracias por su paciencia, enseguida le atendemos.",
        "Mezcle la harina con el agua tibia y deje reposar la masa durante una hora.",
    ),
    "FR": (
        "Votre colis vous attend à l'accueil.",
        "Tournez à gauche après la boulangerie, puis suivez la rivière.",
        "La bibliothèque ferme plus tôt le vendredi.",
        "Le train de Lyon entrera en gare avec dix minutes de retard.",
        "Elle ouvrit la fenêtre et laissa entrer l'air frais du matin.",
        "Merci de votre appel, un conseiller va vous répondre.",
    ),
    "ZH": (
        "您的包裹已经送到前台。",
        "请在下一个路口向左转。",
        "图书馆星期五下午四点关门。",
        "她打开窗户,让早晨清凉的空气吹进房间。",
        "明天沿海地区天气晴朗,山区有小雨。",
        "感谢您的来电,请稍等。",
    ),
    "JP": (
        "お荷物は受付に届いています。",
        "次の角を左に曲がってください。",
        "図書館は金曜日に早く閉まります。",
        "彼女は窓を開けて、朝の冷たい空気を部屋に入れました。",
        "明日は海の近くで晴れ、山では雨が降るでしょう。",
        "お電話ありがとうございます。",
    ),
    "KR": (
        "고객님의 소포가 안내 데스크에 도착했습니다.",
        "다음 모퉁이에서 왼쪽으로 도세요.",
        "도서관은 금요일에 일찍 문을 닫습니다.",
        "그녀는 창문을 열고 차가운 아침 공기를 들이마셨습니다.",
        "내일 바닷가는 맑고 산에는 비가 오겠습니다.",
        "전화해 주셔서 감사합니다.",
    ),
}


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    language: str

    @property
    def seconds(self) -> float:
        """What its speech should last, roughly."""
        return len(self.text) * SECONDS_PER_CHARACTER[self.language]


def draw_seconds(rng: random.Random) -> float:
    return min(max(rng.lognormvariate(0, SIGMA) * MEDIAN_S, SHORTEST_S), LONGEST_S)


def draw_text(rng: random.Random, seconds: float | None = None) -> Text:
    """A text in one of the languages, whose speech lasts about `seconds`."""
    language = rng.choices(list(SHARES), weights=list(SHARES.values()))[0]
    wanted = (draw_seconds(rng) if seconds is None else seconds) / SECONDS_PER_CHARACTER[language]
    joint = "" if language in ("ZH", "JP") else " "
    text = rng.choice(SENTENCES[language])
    while len(text) < wanted:
        text += joint + rng.choice(SENTENCES[language])
    return Text(text, language)
