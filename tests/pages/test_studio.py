"""What the sandbox does beside one text in one voice: comparisons, dialogues, files, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Visits
from tests.pages.steps import SENTENCE, audio_id, entry, finished, register, speak, unique

SPANISH = ["Buenos", "días"]

DROP = """([name, type, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, {type}));
  for (const event of ["dragenter", "drop"]) {
    dispatchEvent(new DragEvent(event, {dataTransfer: data, cancelable: true}));
  }
}"""


def drop(page: Page, name: str, content: bytes, media_type: str = "text/plain") -> None:
    page.evaluate(DROP, [name, media_type, list(content)])


def sounding(page: Page) -> list[int]:
    """Which of the players on the page play."""
    numbers: list[int] = page.evaluate(
        """() => [...document.querySelectorAll("#jobs audio")]
          .flatMap((audio, index) => audio.paused ? [] : [index])"""
    )
    return numbers


def heard(page: Page) -> list[dict[str, float]]:
    """Of each player: where it is, how long it is, and how loud it is set."""
    players: list[dict[str, float]] = page.evaluate(
        """() => [...document.querySelectorAll("#jobs audio")].map(
          ({currentTime: at, duration, volume}) => ({at, duration, volume}))"""
    )
    return players


def until_playing(page: Page, index: int, beyond_s: float) -> None:
    page.wait_for_function(
        """([index, s]) => {
          const audio = document.querySelectorAll("#jobs audio")[index];
          return !audio.paused && audio.currentTime > s;
        }""",
        arg=[index, beyond_s],
    )


def test_a_clone_and_its_original_are_heard_by_turns(
    visit: Visits, upload: Path, client: httpx.Client
) -> None:
    page = visit().open()
    name = unique("Twin")
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_label("Keep a recording in this browser").check()
    register(page, name, upload)
    page.get_by_role("button", name="Use this voice").click()
    finished(speak(page))
    page.reload()  # it was kept beyond the visit
    card = finished(entry(page, SENTENCE))
    card.get_by_role("button", name="A/B").click()
    expect(card.get_by_role("slider")).to_have_count(2)
    expect(card).to_contain_text(f"Original of {name}")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#jobs audio')].every(({volume}) => volume < 1) ||"
        "[...document.querySelectorAll('#jobs audio')].some(({volume}) => volume < 1)"
    )
    assert max(one["volume"] for one in heard(page)) == 1  # only the louder one is turned down
    card.get_by_role("button", name="Play “The").click()
    until_playing(page, 0, 1.0)
    page.keyboard.press("x")
    until_playing(page, 1, 1.0)  # at the same second, and not from the beginning
    assert sounding(page) == [1]
    assert heard(page)[1]["at"] == pytest.approx(heard(page)[0]["at"], abs=1.0)
    card.get_by_role("button", name="Switch").click()
    page.wait_for_function("() => !document.querySelector('#jobs audio').paused")
    assert sounding(page) == [0]
    card.get_by_role("button", name="Close the comparison").click()
    expect(card.get_by_role("slider")).to_have_count(1)

    page.get_by_role("button", name=f"Delete {name}").click()
    page.locator("#ask").get_by_role("button", name="Delete").click()
    expect(page.locator("#voice-list")).not_to_contain_text(name)
    left = page.evaluate(
        """() => new Promise((resolve) => {
          const open = indexedDB.open("phonex", 1);
          open.onsuccess = () => {
            const all = open.result.transaction("originals").objectStore("originals").getAllKeys();
            all.onsuccess = () => resolve(all.result.length);
          };
        })"""
    )
    assert left == 0  # the recording goes with its voice
    with page.expect_file_chooser() as chooser:  # another one can be brought
        card.get_by_role("button", name="A/B").click()
    chooser.value.set_files(upload)
    expect(card.get_by_role("slider")).to_have_count(2)


def test_several_voices_say_one_text_and_are_heard_at_the_same_word(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    page.get_by_role("radio", name="Compare").check()
    voices = page.get_by_role("group", name="Voices")
    while voices.get_by_role("checkbox", checked=True).count():
        voices.get_by_role("checkbox", checked=True).first.uncheck()
    page.get_by_label("Text to speak").fill(SENTENCE)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody is chosen")
    for name in ("American", "British"):
        voices.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Compare", exact=True).click()
    group = page.locator("#jobs > li")
    expect(group).to_have_count(1)
    expect(group.get_by_role("slider")).to_have_count(2)
    rows = group.locator("li")
    jobs = [client.get(f"/status/{audio_id(rows.nth(index))}").json() for index in (0, 1)]
    assert [job["speaker"] for job in jobs] == ["EN-US", "EN-BR"]
    seeds = page.evaluate(
        "() => JSON.parse(localStorage['phonex.history']).map(({body}) => body.seed)"
    )
    assert len(set(seeds)) == 1  # nothing differs but the voice
    page.locator("#audio-title").focus()
    page.keyboard.press("2")
    until_playing(page, 1, 0.5)
    page.keyboard.press("x")
    until_playing(page, 0, 0.3)
    assert sounding(page) == [0]
    first, second = heard(page)
    share = second["at"] / second["duration"]
    assert first["at"] / first["duration"] >= share - 0.02
    expect(group.locator(".word[data-heard]")).to_have_count(1)
    page.reload()
    expect(group.get_by_role("heading").first).to_have_text("American")
    for left in (1, 0):
        rows.first.get_by_role("button", name="Delete").click()
        page.locator("#ask").get_by_role("button", name="Delete").click()
        expect(rows).to_have_count(left)
    expect(group).to_have_count(0)


def test_a_dialogue_is_written_by_the_line_and_read_along(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    page.get_by_role("radio", name="Dialogue").check()
    line = page.get_by_role("textbox", name="Line 1")
    line.fill("Tom & <Jerry> said “hi”.")
    line.press("Enter")
    expect(page.get_by_role("textbox", name="Line 2")).to_be_focused()
    page.keyboard.type(" ".join(SPANISH) + ".")
    page.get_by_label("Who says line 2").select_option(label="Standard")
    chosen = page.get_by_label("Who says line 2").input_value()
    page.get_by_role("button", name="How it is read").click()
    shown = page.get_by_role("region", name="How it is read")
    expect(shown.get_by_role("listitem").filter(has_text="&")).to_contain_text("and")
    page.keyboard.press("Control+Enter")
    card = finished(page.locator("#jobs > li").first)
    expect(card.locator(".said p")).to_have_count(2)  # and no empty line
    identifier = audio_id(card)
    words = client.get(f"/audio/{identifier}/captions.json").json()["words"]
    assert [word["text"] for word in words] == [
        *["Tom", "&", "<", "Jerry", ">", "said", "hi"],
        *SPANISH,
    ]
    card.get_by_role("button", name="Play").click()
    expect(card.locator(".word").last).to_have_text("días")
    assert card.locator(".word").all_inner_texts() == [word["text"] for word in words]
    card.locator(".word", has_text="Buenos").click()
    at = next(word["start"] for word in words if word["text"] == "Buenos")
    assert heard(page)[0]["at"] == pytest.approx(at, abs=0.5)
    page.reload()
    card.get_by_role("button", name="Use this text and voice again").click()
    expect(page.get_by_role("textbox", name="Line 2")).to_have_value("Buenos días.")
    expect(page.get_by_label("Who says line 2")).to_have_value(chosen)


def test_a_file_that_is_dropped_is_spoken_or_becomes_a_voice(visit: Visits, upload: Path) -> None:
    page = visit().open()
    text = page.get_by_label("Text to speak")
    drop(page, "note.txt", "Été, 東京 and a lamp.\n".encode())
    expect(text).to_have_value("Été, 東京 and a lamp.")
    problem = page.locator("#compose-problem")
    wrong: list[tuple[str, bytes, str, str]] = [
        ("note.txt", b"\xff\xfe\x00", "text/plain", "not written in UTF-8"),
        ("note.pdf", b"%PDF", "application/pdf", "not a text file"),
        ("book.txt", b"a" * 80_001, "text/plain", "audio book of a long text"),
    ]
    for name, content, media_type, told in wrong:
        drop(page, name, content, media_type)
        expect(problem).to_contain_text(told)
        expect(text).to_have_value("Été, 東京 and a lamp.")
    page.get_by_role("radio", name="Dialogue").check()
    drop(page, "play.txt", b"British: Who is it?\nANN: Me.\nBritish: Come in.\n")
    expect(page.get_by_role("textbox", name="Line 3")).to_have_value("Come in.")
    speakers = [page.get_by_label(f"Who says line {n}").input_value() for n in (1, 2, 3)]
    assert speakers[0] == speakers[2] == "EN-BR" != speakers[1]
    page.locator("#text-file").set_input_files(
        {"name": "two.md", "mimeType": "text/markdown", "buffer": b"One.\n\nTwo."}
    )
    expect(page.get_by_role("textbox", name="Line 2")).to_have_value("Two.")
    drop(page, "speech.wav", upload.read_bytes()[:4000], "audio/wav")
    expect(page.locator("#register")).to_be_visible()
    expect(page.locator("#sample-list")).to_contain_text("speech.wav")


def test_single_keys_work_outside_of_texts_until_they_are_switched_off(visit: Visits) -> None:
    page = visit().open()
    card = finished(speak(page))
    press = page.keyboard.press
    page.get_by_label("Text to speak").focus()
    press("Control+a")
    page.keyboard.type("kd?x")  # in a text they are letters
    expect(page.get_by_label("Text to speak")).to_have_value("kd?x")
    page.locator("#audio-title").focus()
    press("k")
    until_playing(page, 0, 0.2)
    press(" ")
    assert sounding(page) == []
    press("l")
    page.wait_for_function("() => document.querySelector('#jobs audio').currentTime > 1")
    press("r")
    expect(card.get_by_role("region", name="What was read")).to_contain_text("harbour")
    press("r")
    expect(card.get_by_role("region", name="What was read")).to_be_hidden()
    press("d")
    expect(page.get_by_role("radio", name="Dialogue")).to_be_checked()
    press("/")
    expect(page.get_by_role("textbox", name="Line 1")).to_be_focused()
    page.locator("#audio-title").focus()
    press("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_contain_text("Play, pause")
    keys.get_by_label("Single keys").uncheck()
    press("Escape")
    page.reload()
    finished(card)
    page.locator("#audio-title").focus()
    press("k")
    press("d")
    expect(page.get_by_role("radio", name="One voice")).to_be_checked()
    assert sounding(page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_a_narrow_page_never_scrolls_sideways_in_any_mode(visit: Visits, width: int) -> None:
    options: dict[str, Any] = {"viewport": {"width": width, "height": 700}, "has_touch": True}
    page = visit(**options, is_mobile=True, device_scale_factor=2).open()
    for mode in ("Compare", "Dialogue"):
        page.get_by_role("radio", name=mode).check()
        page.get_by_role("button", name="Try an example").click()
        page.get_by_role("button", name="Compare" if mode == "Compare" else "Speak").click()
        finished(page.locator("#jobs > li").first.locator(".player").first.locator(".."))
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
