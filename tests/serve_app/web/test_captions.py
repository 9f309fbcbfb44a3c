"""Captions: nothing that is said is missing, and all of it can be read in time."""

from __future__ import annotations

import html
import io
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import av
import pytest

from serve_app.web.caption_files import WORD_JOINER, to_srt, to_vtt
from serve_app.web.caption_units import columns
from serve_app.web.captions import GAP_S, MAX_S, WIDE, Caption, Layout, caption
from serve_app.work.word_times import HeardText, HeardWord
from tests.engines.pauses import ODD
from tests.serve_app.work.test_word_times import heard, in_ssml

TEXTS = {
    "EN": "The harbour was quiet before dawn. Nobody in the village had slept that night, because "
    'the storm had taken two boats (and $3.50, said Dr. Smith) out to sea — and only one. "Yes?"',
    "ES": "¿Qué tal? La casa de mi abuela costó 3,50 € el 5 de mayo; «nadie» lo sabía, pero todos "
    "los vecinos del pueblo hablaban de ello en voz baja.",
    "FR": "Elle a dit : « Bonjour ! » Puis le port était calme avant l'aube, et personne au "
    "village n'avait dormi cette nuit-là, parce que la tempête avait emporté deux bateaux.",
    "ZH": "今天早上港口很安静。村里没有人在那天晚上睡着，因为暴风雨把两艘船卷进了大海，"
    "只有一艘回来了。他花了3.5元买了iPhone的贴纸。",
    "JP": "夜明け前の港は静かだった。嵐が二隻の船を海へさらったので、その夜、村では誰も眠れ"
    "なかった。「本当ですか？」と彼は3時30分に聞いた。",
    "KR": "새벽이 오기 전 항구는 조용했다. 폭풍이 배 두 척을 바다로 쓸어 갔기 때문에 "
    "그날 밤 마을에서는 아무도 잠들지 못했다. 값은 3,500원이었다.",
}  # fmt: skip


def cut(text: str, language: str = "EN", **changes: Any) -> list[Caption]:
    said = heard(text, language)
    usual = Layout.of(language)
    layout = Layout(
        changes.get("line_chars", usual.line_chars),
        changes.get("lines", usual.lines),
        changes.get("chars_per_second", usual.chars_per_second),
    )
    return caption(said, said.words[-1].end + 0.25, layout)


def lines_of(captions: Sequence[Caption]) -> list[list[str]]:
    return [one.text for one in captions]


def without_space(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("lines", [1, 2, 3])
@pytest.mark.parametrize("line_chars", [None, 10])
def test_all_that_is_written_is_shown_in_lines_of_the_language(
    language: str, lines: int, line_chars: int | None
) -> None:
    limit = line_chars or Layout.of(language).line_chars
    captions = cut(TEXTS[language], language, lines=lines, line_chars=limit)
    shown = "".join(line for one in captions for line in one.text)
    assert without_space(shown) == without_space(TEXTS[language])
    wide = 2 if language in WIDE else 1
    for one in captions:
        assert 1 <= len(one.text) <= lines
        assert all(0 < columns(line) <= wide * limit for line in one.text), one.text


@pytest.mark.parametrize("language", TEXTS)
def test_captions_follow_each_other_and_are_shown_while_they_are_spoken(language: str) -> None:
    captions = cut(TEXTS[language] * 3, language)
    for one, other in pairwise(captions):
        assert one.start < one.end <= other.start
        assert other.start - one.end >= GAP_S - 1e-9
    for one in captions:
        spoken = [token for line in one.lines for token in line]
        assert one.start == spoken[0].start
        assert one.end >= spoken[-1].end - GAP_S - 1e-9
        assert one.end - one.start <= MAX_S + 1


def test_captions_end_where_sentences_and_clauses_do() -> None:
    assert lines_of(cut(TEXTS["EN"]))[0] == ["The harbour was quiet before dawn."]
    assert lines_of(cut("“Really?” he said (twice). Nobody — or nearly nobody — knew.")) == [
        ["“Really?” he said (twice)."],
        ["Nobody — or nearly nobody — knew."],
    ]
    # A title's full stop ends no sentence.
    assert lines_of(cut("We asked old Dr. Smith about it.")) == [
        ["We asked old Dr. Smith about it."]
    ]


def test_chinese_and_japanese_are_cut_where_they_may_be() -> None:
    for language in ("ZH", "JP"):
        for one in cut(TEXTS[language] * 2, language, line_chars=9):
            for line in one.text:
                assert line[0] not in "。，、？！」』）ーっゃゅょ々"
                assert line[-1] not in "「『（"
    joined = [line for one in cut(TEXTS["JP"], "JP") for line in one.text]
    assert not [line for line in joined if line.startswith(("は", "が", "を", "に", "へ", "の"))]


def test_a_caption_stays_as_long_as_it_takes_to_read_and_no_longer_than_silence_lasts() -> None:
    before, after = cut("Hello. [pause 5s] Goodbye.", chars_per_second=2.0)
    assert before.end - before.start == pytest.approx(len("Hello.") / 2)
    quick, _ = cut("Hello. [pause 5s] Goodbye.")
    assert quick.end - quick.start == pytest.approx(5 / 6)
    assert after.end == pytest.approx(after.start + 0.5)  # where the audio ends


def test_a_word_wider_than_a_line_is_cut() -> None:
    text = "See " + "x" * 100 + "."
    captions = cut(text, line_chars=20)
    assert without_space("".join(line for one in captions for line in one.text)) == text.replace(
        " ", ""
    )
    assert max(len(line) for one in captions for line in one.text) <= 20


def test_captions_of_ssml_show_what_stands_between_the_tags() -> None:
    said = in_ssml("<speak>It costs <sub alias='three dollars'>$3</sub> &amp; more.</speak>")
    (only,) = caption(said, 3.0, Layout.of("EN"))
    assert only.text == ["It costs $3 & more."]


HOSTILE = "Press <b> & </b>, then {\\an8} --> done. [x] 1 < 2 > 0 &amp; -- ok"


@pytest.mark.parametrize("write", [to_vtt, to_srt])
@pytest.mark.parametrize("text", [*TEXTS.values(), HOSTILE])
def test_ffmpeg_reads_what_is_written(write: Any, text: str) -> None:
    captions = cut(text)
    kind = "webvtt" if write is to_vtt else "srt"
    found: list[tuple[float, float, str]] = []
    with av.open(io.BytesIO(write(captions).encode()), "r", format=kind) as container:
        stream = container.streams.subtitles[0]
        for packet in container.demux(stream):
            if packet.size:
                assert packet.pts is not None
                assert packet.duration is not None
                times = (packet.pts, packet.pts + packet.duration)
                start, end = (float(time * packet.time_base) for time in times)
                found.append((start, end, bytes(packet).decode()))
    assert len(found) == len(captions)
    for (start, end, shown), one in zip(found, captions, strict=True):
        assert (start, end) == pytest.approx((one.start, one.end), abs=0.0011)
        plain = html.unescape(shown) if write is to_vtt else shown.replace(WORD_JOINER, "")
        assert plain.split() == " ".join(one.text).split()


def test_nothing_in_a_text_is_markup_of_its_captions() -> None:
    vtt, srt = to_vtt(cut(HOSTILE)), to_srt(cut(HOSTILE))
    cues = [line for line in vtt.splitlines() if "-->" in line]
    assert len(cues) == len(cut(HOSTILE)), vtt
    assert "<b>" not in vtt
    assert "<b>" not in srt
    assert "{\\an8}" not in srt


def test_words_in_their_lines_have_times_that_grow_within_the_caption() -> None:
    words = (
        HeardWord(0.0, 0.0, (0, 1), (0, 1)),  # of no length
        HeardWord(0.0, 1.0, (2, 3), (2, 3)),
        HeardWord(1.0, 2.5, (4, 5), (4, 5)),
        HeardWord(3.5, 4.0, (6, 7), (6, 7)),
    )
    (only,) = caption(HeardText("a b c d", "EN", words), 4.0, Layout.of("EN"))
    assert to_vtt([only], words=True).splitlines()[2:] == [
        "00:00:00.000 --> 00:00:04.000",
        "<c>a</c> <c>b</c> <00:00:01.000><c>c</c> <00:00:03.500><c>d</c>",
    ]


def test_hours_are_counted() -> None:
    words = (HeardWord(3725.5, 3726.0, (0, 1), (0, 1)),)
    captions = caption(HeardText("a", "EN", words), 3800.0, Layout.of("EN"))
    assert "01:02:05.500 --> 01:02:06.333" in to_vtt(captions)
    assert "01:02:05,500 --> 01:02:06,333" in to_srt(captions)


@pytest.mark.parametrize("language", TEXTS)
def test_whatever_is_written_all_of_it_is_shown_once_and_in_order(language: str) -> None:
    chance = random.Random(language)
    hard = (
        '?]]u?!Ⅳ(\u200b@\'1…!>€]?\n>́"€.)"\n% ]]ー１…\u200b@１ㅏ<\t²(é!ㅏ(/eⅣe.Ⅳ1\\Ⅳa.'
        '１²%っs]>"@/1?っ'
    )  # two of its pieces have a sign in common
    for text in (hard, *("a" + "".join(chance.choices(ODD, k=50)) for _ in range(150))):
        said = heard(text, language)
        layout = Layout(chance.choice([8, 13, 42]), chance.choice([1, 2, 3]), 4.0)
        captions = caption(said, said.words[-1].end + 0.5, layout)
        shown = "".join(line for one in captions for line in one.text)
        assert without_space(shown) == without_space(said.text), text
        assert all(line.strip() for one in captions for line in one.text), text
        for one, other in pairwise(captions):
            assert one.start <= one.end <= other.start + 1e-9, text
