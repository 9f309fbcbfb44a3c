"""Measures the base speakers that WORLD converts from: `python -m export.base_speakers`.

Writes engines/embedded/base_speakers.npz. Run it where Kokoro is with all its styles
(`phonex setup natural`), whenever a speaker is added or WORLD's analysis measures differently.
It takes a quarter of an hour.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from config.settings import Settings
from engines import registry
from engines.base import SpeechEngine, Utterance, VoiceEmbedding
from engines.embedded.base_speakers import FILE, write
from engines.embedded.world_worker import embed
from engines.errors import EngineError
from engines.kokoro.engine import KOREAN, KokoroSpeech

TIMEOUT_S = 60.0

# Read by each speaker, so that the voice is learnt apart from what it says.
CALIBRATION = {
    "EN": "The birch canoe slid on the smooth planks, while a large fishing boat turned toward the "
    "quiet harbour. Her purse was full of useless trash! Why should anyone carry such things? "
    "Glue the sheet to the dark blue background, and join us for a cup of hot ginger tea.",
    "ES": "El veloz murciélago comía feliz cardillo y kiwi, mientras la cigüeña tocaba el saxofón. "
    "¿Quién vive en aquella casa junto al río? Mañana jugaremos en el jardín con los niños, "
    "y después cenaremos pescado fresco con arroz y una buena sopa caliente.",
    "FR": "Portez ce vieux whisky au juge blond qui fume, puis revenez avant la nuit. "
    "Pourquoi personne ne répond-il au téléphone ? Demain, nous irons au marché acheter du pain, "
    "du beurre et quelques fleurs jaunes pour la chambre de ma grand-mère.",
    "ZH": "春天来了，院子里的花都开了，小鸟在树上唱歌。你昨天晚上去哪里了？我们坐火车去北京看朋友，"
    "路上吃了面条和水果。老师说这本书很有意思，值得慢慢地读。",
    "JP": "はるがきて、にわのはながさきました。ゆうべはどこへいきましたか。"
    "ともだちにあうために、でんしゃでとうきょうへいって、ラーメンとくだものをたべました。"
    "このほんはとてもおもしろいです。",
    "KR": "봄이 와서 마당에 꽃이 피고 새가 노래합니다. 어젯밤에는 어디에 갔어요? "
    "친구를 만나려고 기차를 타고 서울에 가서 국수와 과일을 먹었습니다. "
    "선생님은 이 책이 아주 재미있다고 말했습니다.",
}


def main() -> None:
    settings = Settings()
    found = registry.find_kokoro(settings)
    japanese = {name: path for name, path in found.styles.items() if name.startswith("j")}
    measured: dict[str, dict[str, VoiceEmbedding]] = {}
    # Where the Japanese styles are all there is, they speak the other languages too.
    for styles in (found.styles, japanese):
        kokoro = KokoroSpeech(replace(found, styles=styles), 0, TIMEOUT_S)
        measure(kokoro, measured, leave_out=KOREAN)
    measure(registry.embedded_speech(settings), measured)
    write(measured)
    sys.stdout.write(f"{FILE}: {sum(map(len, measured.values()))} speakers\n")


def measure(
    engine: SpeechEngine, into: dict[str, dict[str, VoiceEmbedding]], leave_out: str = ""
) -> None:
    """Learn those speakers of an engine that are not known yet. Closes it."""
    try:
        for language, speakers in engine.info.speakers.items():
            known = into.setdefault(language, {})
            for speaker in speakers:
                if language != leave_out and speaker not in known:
                    known[speaker] = learn(engine, language, speaker)
    finally:
        engine.close()


def learn(engine: SpeechEngine, language: str, speaker: str) -> VoiceEmbedding:
    (said,) = engine.synthesize([Utterance(CALIBRATION[language], language, speaker)])
    if isinstance(said, EngineError):
        raise said
    return embed(said)


if __name__ == "__main__":
    main()
