// Reads along: marks each word of a text while it is heard; and the captions as files.

import { send, sendJson } from "./api.js";
import { make } from "./dom.js";

const FORMS = { vtt: "WebVTT", srt: "SubRip" };

/** The text of finished audio, whose words light up while a player plays. */
export class ReadAlong {
  /**
   * @param {HTMLElement} place holds the text, and nothing else
   * @param {Player} player
   * @param {string} id of the audio
   */
  constructor(place, player, id) {
    this.place = place;
    this.player = player;
    this.path = `audio/${id}/captions.json`;
    this.words = []; // {start, end, element}, in order
    this.now = null;
    player.audio.addEventListener("play", () => this.begin(), { once: true });
    place.addEventListener("click", (event) => this.jump(event.target));
  }

  async begin() {
    try {
      const { words } = await sendJson(this.path);
      this.fill(words);
    } catch {
      return; // it plays all the same: what an older release made has no word times
    }
    this.player.audio.addEventListener("seeked", () => this.show());
    this.player.audio.addEventListener("play", () => this.follow());
    this.player.audio.addEventListener("ended", () => this.mark(null));
    this.follow();
  }

  /** The same text, each word an element of its own. The offsets count code points. */
  fill(words) {
    const letters = [...this.place.textContent];
    const text = (from, to) => letters.slice(from, to).join("");
    const parts = [];
    let at = 0;
    for (const { start, end, char_start: first, char_end: last } of words) {
      if (first < at || last <= first) continue;
      const element = make("span", { class: "word" }, text(first, last));
      parts.push(text(at, first), element);
      this.words.push({ start, end, element });
      at = last;
    }
    this.place.replaceChildren(...parts, text(at));
    this.place.toggleAttribute("data-reading", this.words.length > 0);
  }

  follow() {
    this.show();
    if (!this.player.audio.paused) requestAnimationFrame(() => this.follow());
  }

  show() {
    const seconds = this.player.audio.currentTime;
    let low = 0;
    let high = this.words.length;
    while (low < high) { // the first that begins later
      const middle = (low + high) >> 1;
      if (this.words[middle].start <= seconds) low = middle + 1;
      else high = middle;
    }
    this.mark(this.words[low - 1] ?? null);
  }

  mark(word) {
    if (word === this.now) return;
    this.now?.element.removeAttribute("data-heard");
    this.now = word;
    if (!word) return;
    const { element } = word;
    element.setAttribute("data-heard", "");
    const { place } = this;
    const line = element.offsetTop - place.offsetTop;
    if (line < place.scrollTop || line + element.offsetHeight > place.scrollTop + place.clientHeight) {
      place.scrollTop = line;
    }
  }

  jump(element) {
    const word = this.words.find((one) => one.element === element);
    if (word) this.player.seekTo(word.start).catch((error) => this.player.onproblem?.(error));
  }
}

/** Links to the captions of finished audio. */
export function captionLinks(id, onproblem) {
  return Object.entries(FORMS).map(([form, name]) => {
    const path = `audio/${id}/captions.${form}`;
    const link = make("a", {
      class: "icon captions", href: path, download: `${id}.${form}`,
      "aria-label": `Captions as ${name}`, title: `Captions as ${name}`,
    }, form.toUpperCase());
    link.addEventListener("click", async (event) => {
      if (link.href.startsWith("blob:")) return;
      event.preventDefault(); // a link sends no key, and shows no problem
      try {
        link.href = URL.createObjectURL(await (await send(path)).blob());
        link.click();
      } catch (error) {
        onproblem(error);
      }
    });
    return link;
  });
}
