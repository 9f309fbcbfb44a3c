"""A paragraph of five sentences in each language."""

from __future__ import annotations

PARAGRAPHS = {
    "EN": "The sun rose slowly over the hills. Nobody in the village had slept that night. What "
    "could they have done about it? The old bridge was gone, and the river was still rising. "
    "In the end they waited, together, for the rain to stop.",
    "ES": "El sol salió despacio sobre las colinas. Nadie en el pueblo había dormido aquella "
    "noche. ¿Qué podían haber hecho? El viejo puente ya no estaba, y el río seguía creciendo. "
    "Al final esperaron juntos a que dejara de llover.",
    "FR": "Le soleil se leva lentement sur les collines. Personne au village n'avait dormi cette "
    "nuit-là. Qu'auraient-ils pu faire ? Le vieux pont avait disparu, et la rivière montait "
    "encore. À la fin, ils attendirent ensemble que la pluie s'arrête.",
    "ZH": "太阳慢慢地从山上升起来。那天晚上村子里没有人睡觉。他们能做什么呢？"
    "那座旧桥已经不见了，河水还在往上涨。最后大家在一起等着雨停下来。",
    "JP": "たいようがゆっくりとおかのうえにのぼった。そのよる、むらではだれもねむらなかった。"
    "かれらになにができただろうか。ふるいはしはなくなり、かわのみずはまだふえていた。"
    "さいごにみんなであめがやむのをまった。",
    "KR": "해가 언덕 위로 천천히 떠올랐습니다. 그날 밤 마을에서는 아무도 잠을 자지 못했습니다. "
    "그들이 무엇을 할 수 있었을까요? 오래된 다리는 사라졌고 강물은 계속 불어나고 있었습니다. "
    "결국 모두 함께 비가 그치기를 기다렸습니다.",
}
