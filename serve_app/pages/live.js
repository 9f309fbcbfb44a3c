// Plays audio while it is made. Where no key is needed the browser asks for the stream itself; a key
// travels in a header, which only `fetch` can send, so the bytes are handed over as they come.

import { base, follow, key } from "./api.js";
import { iconButton, setIcon } from "./dom.js";

const TYPES = { mp3: "audio/mpeg", aac: "audio/aac" }; // that browsers take in pieces

/** Whether this browser can play audio of a format before it is whole. */
export function playsLive(format) {
  const type = TYPES[format];
  return !key.get() || Boolean(type && globalThis.MediaSource?.isTypeSupported(type));
}

export class Live {
  /**
   * @param {string} id of the audio
   * @param {string} format of the audio
   * @param {(error: Error) => void} onproblem
   */
  constructor(id, format, onproblem) {
    this.id = id;
    this.path = `audio/${id}?stream=true`;
    this.format = format;
    this.onproblem = onproblem;
    this.closed = new AbortController();
    this.audio = new Audio();
    this.button = iconButton("play", "Listen while it is made", () => this.toggle());
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, () => this.show());
    this.audio.addEventListener("error", () => this.fail(this.audio.error));
  }

  get playing() {
    return !this.audio.paused && !this.audio.ended;
  }

  async toggle() {
    if (this.playing) {
      this.audio.pause();
      return;
    }
    try {
      if (!this.audio.src) this.audio.src = key.get() ? this.fetched() : new URL(this.path, base);
      await this.audio.play();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A source that is filled while the answer arrives. */
  fetched() {
    const source = new MediaSource();
    source.addEventListener("sourceopen", () => this.fill(source).catch((error) => this.fail(error)), { once: true });
    return URL.createObjectURL(source);
  }

  async fill(source) {
    URL.revokeObjectURL(this.audio.src);
    const buffer = source.addSourceBuffer(TYPES[this.format]);
    for await (const chunk of await follow(this.id, { signal: this.closed.signal })) {
      buffer.appendBuffer(chunk);
      await new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }));
    }
    source.endOfStream();
  }

  show() {
    setIcon(this.button, this.playing ? "pause" : "play");
    const words = this.playing ? "Pause" : "Listen while it is made";
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
  }

  fail(error) {
    if (this.closed.signal.aborted || error?.name === "AbortError") return;
    this.close();
    this.onproblem(error);
  }

  /** Stops; says where, so that another player can go on from there. */
  close() {
    const at = this.playing ? this.audio.currentTime : null;
    this.closed.abort(new DOMException("closed", "AbortError"));
    this.audio.pause();
    this.audio.removeAttribute("src");
    return at;
  }
}
