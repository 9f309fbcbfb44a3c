from __future__ import annotations

import importlib.util
import random
import threading
from dataclasses import replace

import numpy as np
import pytest

from engines.base import Utterance, Waveform
from engines.embedded.espeak import EspeakSpeech
from engines.errors import EngineError, UnknownLanguage, UnknownSpeaker, UnspeakableText
from engines.reading.words import Reading
from tests.engines.embedded.measure import distance_db, long_term_spectrum, quick_f0
from tests.engines.embedded.texts import PARAGRAPHS

LANGUAGES = ("EN", "ES", "FR", "ZH", "JP", "KR")
SEED_SPEAKERS = {
    "EN": {"EN-US", "EN-BR", "EN-INDIA", "EN-AU", "EN-Default", "EN-Newest"},
    **{language: {language} for language in LANGUAGES[1:]},
}
HAS_JANOME = importlib.util.find_spec("janome") is not None


def say(engine: EspeakSpeech, *utterances: Utterance) -> list[Waveform]:
    results = engine.synthesize(utterances)
    assert all(isinstance(result, Waveform) for result in results), results
    return [result for result in results if isinstance(result, Waveform)]


def first_sentence(language: str) -> str:
    return PARAGRAPHS[language][:60]


def test_all_speakers_of_the_contract_are_there(speech: EspeakSpeech) -> None:
    for language, names in SEED_SPEAKERS.items():
        assert names <= set(speech.info.speakers[language])


def test_an_utterance_sounds_the_same_in_any_batch_and_order(speech: EspeakSpeech) -> None:
    batch = [
        Utterance(first_sentence(language), language, speech.info.speakers[language][0], speed)
        for language in LANGUAGES
        for speed in (0.8, 1.0)
    ]
    alone = [say(speech, utterance)[0] for utterance in batch]
    shuffled = random.Random(7).sample(range(len(batch)), len(batch))
    together = say(speech, *(batch[index] for index in shuffled))
    for index, wave in zip(shuffled, together, strict=True):
        assert np.array_equal(wave.samples, alone[index].samples), batch[index]


def test_many_threads_get_their_own_answers(speech: EspeakSpeech) -> None:
    texts = [f"Number {index} is served." for index in range(12)]
    expected = say(speech, *(Utterance(text, "EN", "EN-US") for text in texts))
    heard: dict[int, Waveform] = {}

    def ask(index: int) -> None:
        heard[index] = say(speech, Utterance(texts[index], "EN", "EN-US"))[0]

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, wave in enumerate(expected):
        assert np.array_equal(heard[index].samples, wave.samples)


@pytest.mark.parametrize("language", LANGUAGES)
def test_speakers_of_a_language_are_audibly_distinct(speech: EspeakSpeech, language: str) -> None:
    names = speech.info.speakers[language]
    text = PARAGRAPHS[language][:60]
    waves = say(speech, *(Utterance(text, language, name) for name in names))
    pitches = [quick_f0(wave.samples) for wave in waves]
    for one in range(len(names)):
        for other in range(one):
            semitones = 12 * abs(np.log2(pitches[one] / pitches[other]))
            apart = distance_db(waves[one].samples, waves[other].samples)
            assert semitones > 1.5 or apart > 3.0, (names[one], names[other], semitones, apart)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("speed", [0.5, 0.75, 1.5, 2.0])
def test_speed_scales_duration(speech: EspeakSpeech, language: str, speed: float) -> None:
    utterance = Utterance(PARAGRAPHS[language], language, speech.info.speakers[language][0])
    normal, changed = say(speech, utterance, replace(utterance, speed=speed))
    assert changed.seconds == pytest.approx(normal.seconds / speed, rel=0.15)


def test_an_octave_up_doubles_f0_and_keeps_the_vocal_tract(speech: EspeakSpeech) -> None:
    utterance = Utterance(PARAGRAPHS["EN"][:120], "EN", "EN-Default")
    normal, high = say(speech, utterance, replace(utterance, pitch=12.0))
    assert quick_f0(high.samples) == pytest.approx(2 * quick_f0(normal.samples), rel=0.03)
    assert len(high.samples) == len(normal.samples)
    # Resampling to twice the pitch would move the bands by an octave, here more than 8 dB.
    above = slice(8, None)  # harmonics of the two lie apart below
    change = long_term_spectrum(high.samples)[above] - long_term_spectrum(normal.samples)[above]
    assert np.abs(change - change.mean()).mean() < 3.0


def test_there_is_headroom_and_little_silence_around(speech: EspeakSpeech) -> None:
    for language in LANGUAGES:
        names = speech.info.speakers[language]
        text = PARAGRAPHS[language]
        for wave in say(speech, *(Utterance(text, language, name) for name in names)):
            loud = np.flatnonzero(np.abs(wave.samples) > 0.003)
            assert np.abs(wave.samples).max() < 0.99
            assert loud[0] < 0.1 * wave.sample_rate
            assert len(wave.samples) - loud[-1] < 0.1 * wave.sample_rate


@pytest.mark.parametrize(
    ("marked", "obeyed"),
    [
        ("Wait <break time='9s'/> here.", "Wait here."),
        ("<voice name='de'>Hello</voice> there.", "Hello there."),
        ("Say [[h@loU]] now.", "Say hello now."),
        ("Salt &amp; pepper.", "Salt & pepper."),
    ],
)
def test_markup_is_read_out_not_obeyed(speech: EspeakSpeech, marked: str, obeyed: str) -> None:
    read, short = say(speech, Utterance(marked, "EN", "EN-US"), Utterance(obeyed, "EN", "EN-US"))
    assert short.seconds + 0.2 < read.seconds < short.seconds + 4


def test_invisible_characters_change_nothing(speech: EspeakSpeech) -> None:
    clean = Utterance("The old bridge was gone.", "EN", "EN-US")
    dirty = replace(clean, text="The \u202eold\u200b bri\u0007dge was\ufeff gone.\x00")
    one, other = say(speech, clean, dirty)
    assert np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize("text", ["", "   ", "...!?", "😀😀", "\u200b\u202e", "—", "\x00\x01"])
def test_nothing_to_say_is_an_error_that_says_so(speech: EspeakSpeech, text: str) -> None:
    (result,) = speech.synthesize([Utterance(text, "EN", "EN-US")])
    assert isinstance(result, UnspeakableText)


def test_a_script_the_voice_cannot_read_is_refused(speech: EspeakSpeech) -> None:
    batch = [Utterance("龘", "KR", "KR")]
    assert all(isinstance(result, UnspeakableText) for result in speech.synthesize(batch))


def test_one_bad_item_fails_alone(speech: EspeakSpeech) -> None:
    good = Utterance("This one is fine.", "EN", "EN-US")
    batch = [
        good,
        replace(good, language="XX"),
        replace(good, speaker="nobody"),
        replace(good, text="!!!"),
        replace(good, speed=float("nan")),
        replace(good, pitch=1e9),
        good,
    ]
    results = speech.synthesize(batch)
    assert [type(result) for result in results] == [
        Waveform,
        UnknownLanguage,
        UnknownSpeaker,
        UnspeakableText,
        EngineError,
        EngineError,
        Waveform,
    ]


def test_speaker_names_match_without_case_and_separators(speech: EspeakSpeech) -> None:
    one, other = say(
        speech, Utterance("Hello.", "EN", "EN-INDIA"), Utterance("Hello.", "EN", "en_india")
    )
    assert np.array_equal(one.samples, other.samples)


def test_hostile_texts_are_answered(speech: EspeakSpeech) -> None:
    """Each with audio or an error of its own; none ends a worker for good or runs on."""
    draw = random.Random(3)
    alphabets = [
        [chr(code) for code in range(32, 127)],
        list(".,;!?<>[]{}&@#$%^*()-_=+ '\"a1"),
        list("0123456789.,- "),
        [chr(code) for code in range(0x300, 0x370)] + ["a"],
        [chr(draw.randrange(0x20, 0xD7FF)) for _ in range(500)],
        ["\ud800", "\udc00", "a", " "],
    ]
    batch = [
        Utterance("".join(draw.choices(alphabet, k=length)), language, language)
        for alphabet in alphabets
        for length in (3, 40, 200)
        for language in LANGUAGES[1:]
    ]
    results = speech.synthesize([*batch, Utterance("a" * 3000, "EN", "EN-US")])
    unexpected = [
        (utterance.text[:20], result)
        for utterance, result in zip(batch, results, strict=False)
        if not isinstance(result, Waveform | UnspeakableText)
    ]
    assert not unexpected
    speech.check()


@pytest.mark.skipif(not HAS_JANOME, reason="make test installs janome, the Japanese dictionary")
def test_kanji_is_read_as_its_kana(speech: EspeakSpeech) -> None:
    kanji, kana = say(
        speech,
        Utterance("東京に行きました。", "JP", "JP"),
        Utterance("トーキョーニ イキマシタ 。", "JP", "JP"),
    )
    assert np.array_equal(kanji.samples, kana.samples)


def test_decimals_are_read_with_their_point(speech: EspeakSpeech) -> None:
    written, spelt = say(
        speech, Utterance("价格是3.5元。", "ZH", "ZH"), Utterance("价格是3点5元。", "ZH", "ZH")
    )
    assert np.array_equal(written.samples, spelt.samples)


def test_words_are_read_alike_in_any_batch_and_a_bad_one_fails_alone(speech: EspeakSpeech) -> None:
    batch = [
        Utterance("It cost $3.50.", "EN", "EN-US"),
        Utterance("It cost $3.50.", "EN", "EN-BR"),
        Utterance("Hello.", "EN", "nobody"),
        Utterance("사과 3개를 샀다", "KR", "KR"),
        Utterance("…", "EN", "EN-US"),
    ]
    read = speech.read(batch)
    assert isinstance(read[2], UnknownSpeaker)
    assert [speech.read([one])[0] for one in (batch[0], batch[3])] == [read[0], read[3]]
    american, british, _, korean, nothing = read
    assert isinstance(american, Reading)
    assert isinstance(british, Reading)
    assert [(word.said, word.phones) for word in american.words][1:4] == [
        ("cost", "kˈɔst"), ("three", "θɹˈiː"), ("dollars", "dˈɑːlɚz"),
    ]  # fmt: skip
    assert [word.said for word in american.words] == [word.said for word in british.words]
    assert american != british
    assert isinstance(korean, Reading)
    assert all(word.phones for word in korean.words)
    assert isinstance(nothing, Reading)
    assert nothing.words == ()
