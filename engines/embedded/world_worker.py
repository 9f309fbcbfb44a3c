"""What a WORLD worker process does with one stretch of speech, or one conversion."""

from __future__ import annotations

from functools import cache

import numpy as np

from engines.base import Conversion, VoiceEmbedding, Waveform
from engines.embedded.analysis import RATE, Profile, analyse, profile, resample
from engines.embedded.conversion import convert as convert_samples
from engines.embedded.embedding import from_profile, to_profile
from engines.embedded.espeak_library import speak
from engines.embedded.spoken import spoken_form
from engines.embedded.voices import RATE_WPM, find_voice
from engines.errors import EngineError, UnusableSpeech

MAX_CALIBRATION_S = 60

# Read once by each base speaker, to learn the voice apart from what it says.
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


def embed(speech: Waveform) -> VoiceEmbedding:
    """Raises `UnusableSpeech` when no voice can be learnt from this stretch."""
    if not np.isfinite(speech.samples).all():
        raise UnusableSpeech("the audio has samples that are not finite numbers")
    samples = resample(speech)
    pad = RATE // 10  # the trackers need some context, and the shortest inputs some length
    frames = analyse(np.pad(samples, pad))
    return from_profile(profile(frames, band=min(speech.sample_rate, RATE) / 2))


def convert(conversion: Conversion) -> Waveform:
    """At `RATE`, as long as the source. The target has been checked before."""
    if not np.isfinite(conversion.source.samples).all():
        raise UnusableSpeech("the source has samples that are not finite numbers")
    speaker = base_profile(conversion.language, conversion.speaker)
    target = to_profile(conversion.target)
    samples = resample(conversion.source)
    return Waveform(convert_samples(samples, speaker, target, conversion.pitch), RATE)


@cache
def base_profile(language: str, speaker: str) -> Profile | None:
    """The profile of a base speaker, from a text that is long enough; None for a stranger."""
    voice = find_voice(language, speaker)
    if voice is None:
        return None
    try:
        pcm = speak(
            spoken_form(CALIBRATION[language], language).text,
            voice.file,
            rate=RATE_WPM,
            pitch=voice.pitch,
            volume=voice.volume,
            max_samples=MAX_CALIBRATION_S * RATE,
        )
    except EngineError:
        return None  # no eSpeak NG here: each source is measured on its own
    return profile(analyse((pcm / 32768).astype(np.float32)))
