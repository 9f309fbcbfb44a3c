// Reads along: marks each word of a text while it is heard; and the captions as files.

import { send, sendJson } from "./api.js";
import { make } from "./dom.js";

const FORMS = { vtt: "WebVTT", srt: "SubRip" };

/** The text of finished audio, whose words light up while a player plays. */
export class ReadAlong {
  /**
   * @param {HTMLElement} place holds the text, and is what scrolls
   * @param {{element: HTMLElement, at: number[] | null}[]} parts of the place that hold nothing but
   *   text, and where each of their code points stands in the text that was sent; null: in order
   * @param {Player} player
   * @param {string} id of the audio
   */
  constructor(place, parts, player, id) {
    this.place = place;
    this.parts = parts;
    this.player = player;
    this.id = id;
    this.said = null; // the words as the service tells them
    this.words = []; // {start, end, element}, in order
    this.now = null;
    const { signal } = player.closed;
    player.audio.addEventListener("play", () => this.begin(), { signal });
    player.audio.addEventListener("seeked", () => this.show(), { signal });
    player.audio.addEventListener("ended", () => this.mark(null), { signal });
    place.addEventListener("click", (event) => this.jump(event.target), { signal });
  }

  async begin() {
    try {
      this.said ??= (await sendJson(`audio/${this.id}/captions.json`)).words;
    } catch {
      return; // it plays all the same: what an older release made has no word times
    }
    if (this.place.dataset.readBy !== this.id) this.fill(); // several players may share a text
    this.follow();
  }

  /** The same text, each word an element of its own. The offsets count code points. */
  fill() {
    this.place.dataset.readBy = this.id;
    this.words = this.parts.flatMap((part) => this.fillPart(part));
    this.place.toggleAttribute("data-reading", this.words.length > 0);
  }

  fillPart({ element: box, at: places }) {
    const letters = [...box.textContent];
    // A line of a dialogue is short; a text of its own stands where its offsets say.
    const indexOf = (offset) => {
      if (!places) return Math.min(offset, letters.length);
      const index = places.findIndex((place) => place >= offset);
      return index < 0 ? letters.length : index;
    };
    const text = (from, to) => letters.slice(from, to).join("");
    const parts = [];
    const found = [];
    let done = 0;
    for (const { start, end, char_start: from, char_end: to } of this.said) {
      if (places && (from < places[0] || from > places.at(-1))) continue; // of another part
      const [first, last] = [indexOf(from), indexOf(to)];
      if (first < done || last <= first) continue;
      const element = make("span", { class: "word" }, text(first, last));
      parts.push(text(done, first), element);
      found.push({ start, end, element });
      done = last;
    }
    box.replaceChildren(...parts, text(done));
    return found;
  }

  follow() {
    this.show();
    if (!this.player.audio.paused) requestAnimationFrame(() => this.follow());
  }

  show() {
    if (this.place.dataset.readBy !== this.id) return;
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
