// Hears one recording in place of another, equally loud: a clone and its original, or several voices.

import { Player, current } from "./player.js";
import { announce, iconButton, make } from "./dom.js";
import { keep, original } from "./originals.js";

/**
 * Goes on in another player, where the first one is.
 * @param {(from: Player, to: Player) => number} placeOf the second to go on at
 */
export async function swap(from, to, placeOf) {
  const sounding = !from.audio.paused;
  await Promise.all([from.file(), to.file()]);
  matchLoudness([from, to]);
  from.audio.pause();
  await to.seekTo(placeOf(from, to));
  if (sounding || from.audio.ended) await to.play();
}

/** By seconds, from its beginning again where the other one is longer. */
export const sameSecond = (from, to) => from.audio.currentTime % Math.max(to.length, 0.1);

/** By the share that was heard: they say the same. */
export const sameShare = (from, to) => (from.audio.ended ? 0 : (from.audio.currentTime / from.length) * to.length);

/** The louder ones are turned down: a browser's player cannot be turned up. */
export function matchLoudness(players) {
  const known = players.filter(({ loudness }) => loudness > 0);
  const target = Math.min(...known.map(({ loudness }) => loudness));
  for (const player of known) player.audio.volume = Math.min(1, target / player.loudness);
}

/** A clone above its original. */
export class Original {
  /**
   * @param {Player} clone
   * @param {string} name of the voice
   * @param {string | undefined} record of the voice, by which its recording is known
   */
  constructor(clone, name, record) {
    this.clone = clone;
    this.name = name;
    this.record = record;
    this.player = null;
    this.heading = make("p", { class: "pair", hidden: true }, make("span", { class: "badge" }, "A"), "Clone");
    this.place = make("div", { class: "original", hidden: true });
    this.button = make("button", {
      type: "button", class: "quiet", "aria-expanded": "false", title: "Compare the clone with its original",
      onclick: () => this.toggle(),
    }, "A/B");
  }

  get open() {
    return this.player !== null;
  }

  async toggle() {
    if (this.open) {
      this.close();
      return;
    }
    const file = (await original(this.record)) ?? (await this.chosen());
    if (file) this.show(file);
  }

  /** A file that the visitor has, where this browser kept none. */
  chosen() {
    return new Promise((resolve) => {
      const input = make("input", { type: "file", accept: "audio/*,video/webm,video/mp4", class: "hidden", "aria-label": `A recording of ${this.name}` });
      input.addEventListener("change", () => {
        const [file] = input.files;
        if (this.record !== undefined) keep(this.record, file, false);
        input.remove();
        resolve(file);
      });
      input.addEventListener("cancel", () => {
        input.remove();
        resolve(null);
      });
      this.button.after(input); // of the page, so that it can be found and used by any means
      input.click();
    });
  }

  show(file) {
    this.player = new Player(`the original of ${this.name}`, async () => file, 0);
    this.player.onproblem = (error) => {
      this.close();
      this.onproblem?.(error);
    };
    const other = make("button", { type: "button", class: "quiet swap", onclick: () => this.swap() },
      make("kbd", {}, "X"), " Switch");
    this.place.replaceChildren(
      make("p", { class: "pair" }, make("span", { class: "badge" }, "B"), make("span", { class: "name" }, `Original of ${this.name}`), other,
        iconButton("close", "Close the comparison", () => this.close())),
      this.player.element);
    this.place.hidden = this.heading.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.player.file().then(() => matchLoudness([this.clone, this.player])).catch((error) => this.player?.onproblem(error));
    announce("The original is here. X switches between both while one plays.");
  }

  /** Whether one of the two is what is heard. */
  has(player) {
    return this.open && (player === this.clone || player === this.player);
  }

  async swap() {
    const [from, to] = current() === this.player ? [this.player, this.clone] : [this.clone, this.player];
    await swap(from, to, sameSecond).catch((error) => this.player?.onproblem(error));
    announce(to === this.clone ? "Clone" : "Original");
  }

  close() {
    this.player?.close();
    this.player = null;
    this.place.hidden = this.heading.hidden = true;
    this.place.replaceChildren();
    this.clone.audio.volume = 1;
    this.button.setAttribute("aria-expanded", "false");
    if (this.button.isConnected && document.activeElement === document.body) this.button.focus();
  }
}

/** The next of several that say the same, from the one that is heard; `by` is -1 or 1. */
export function swapAmong(players, by = 1) {
  const at = players.indexOf(current());
  if (at < 0 || players.length < 2) return Promise.resolve();
  return swapTo(players, (at + by + players.length) % players.length);
}

/** One of several that say the same, where another one is, or from its beginning. */
export async function swapTo(players, index) {
  const to = players[index];
  const from = players.find((player) => player === current() && player !== to);
  if (from) await swap(from, to, sameShare);
  else await to.toggle();
}

/** All of them, one after the other. */
export async function playAll(players) {
  await Promise.all(players.map((player) => player.file()));
  matchLoudness(players);
  const stopped = new AbortController(); // whoever pauses wants no next one
  const { signal } = stopped;
  for (const [index, player] of players.entries()) {
    player.audio.addEventListener("ended", () => players[index + 1]?.playFrom(0), { signal });
    player.audio.addEventListener("pause", () => player.audio.ended || stopped.abort(), { signal });
  }
  await players[0].playFrom(0);
}
