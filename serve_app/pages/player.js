// Plays one file, over a waveform that is drawn from its decoded samples.

import { iconButton, make, setIcon } from "./dom.js";
import { clock } from "./words.js";

const BAR = 3; // CSS pixels
const GAP = 2;
const DECODE_RATE = 8000; // Hz: plenty for a drawing, and little memory for a long file
const MAX_DECODE_BYTES = 40e6;
const STEP_S = 5;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
let playing = null; // one voice at a time

/** The player that was heard last, or null. */
export const current = () => playing;

export class Player {
  /**
   * @param {string} label what is played, for screen readers
   * @param {() => Promise<Blob>} load called once, when it is first needed
   * @param {number} seconds as the service told it
   */
  constructor(label, load, seconds) {
    this.load = load;
    this.seconds = seconds;
    this.peaks = null;
    this.loudness = 0; // of what sounds in it, as a root mean square; 0 while that is not known
    this.closed = new AbortController();
    this.audio = make("audio", { preload: "auto" });
    this.button = iconButton("play", `Play ${label}`, () => this.toggle());
    this.button.className = "play";
    this.label = label;
    this.canvas = make("canvas");
    this.seek = make("div", {
      class: "seek", role: "slider", tabindex: "0", "aria-label": "Position",
      "aria-valuemin": "0", "aria-valuemax": seconds.toFixed(1), "aria-valuenow": "0",
    }, this.canvas);
    this.now = make("span", {}, "0:00");
    this.total = make("span", { class: "total" }, ` / ${clock(seconds)}`);
    this.element = make("div", { class: "player" },
      this.audio, this.button, this.seek, make("span", { class: "times" }, this.now, this.total));
    this.listen();
  }

  listen() {
    for (const event of ["play", "pause", "ended", "timeupdate", "seeked"]) {
      this.audio.addEventListener(event, () => this.show());
    }
    this.audio.addEventListener("play", () => this.animate());
    this.seek.addEventListener("pointerdown", (event) => this.drag(event));
    this.seek.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    const { signal } = this.closed;
    addEventListener("phonex:theme", () => this.draw(), { signal });
    dark.addEventListener("change", () => this.draw(), { signal });
  }

  /** Fetch and decode once; playing and downloading share the file. */
  file() {
    this.loading ??= this.fetch().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async fetch() {
    this.button.setAttribute("aria-busy", "true");
    try {
      const blob = await this.load();
      this.audio.src = URL.createObjectURL(blob);
      const found = await soundOf(blob);
      this.peaks = found?.peaks ?? null;
      this.loudness = found?.loudness ?? 0;
      this.show();
      return blob;
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  async toggle() {
    if (this.audio.paused) await this.play();
    else this.audio.pause();
  }

  async play() {
    try {
      await this.file();
      if (playing && playing !== this) playing.audio.pause();
      playing = this;
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") this.onproblem?.(error);
    }
  }

  /** Goes on where another player stopped. */
  async playFrom(seconds) {
    try {
      await this.seekTo(seconds);
      await this.play();
    } catch (error) {
      this.onproblem?.(error);
    }
  }

  async seekTo(seconds) {
    await this.file();
    this.audio.currentTime = Math.min(Math.max(0, seconds), this.length);
  }

  get length() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.seconds;
  }

  drag(event) {
    const at = ({ clientX }) => {
      const { left, width } = this.seek.getBoundingClientRect();
      this.seekTo(((clientX - left) / width) * this.length).catch((error) => this.onproblem?.(error));
    };
    at(event);
    const stop = new AbortController();
    addEventListener("pointermove", at, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, () => stop.abort(), { signal: stop.signal });
    }
  }

  press(event) {
    const now = this.audio.currentTime;
    const targets = {
      ArrowRight: now + STEP_S, ArrowUp: now + STEP_S, ArrowLeft: now - STEP_S, ArrowDown: now - STEP_S,
      PageUp: now + 6 * STEP_S, PageDown: now - 6 * STEP_S, Home: 0, End: this.length,
    };
    if (event.key === " ") this.toggle();
    else if (event.key in targets) {
      this.seekTo(targets[event.key]).catch((error) => this.onproblem?.(error));
    } else return;
    event.preventDefault();
  }

  animate() {
    if (this.audio.paused) return;
    if (!calm.matches) this.show();
    requestAnimationFrame(() => this.animate());
  }

  show() {
    const paused = this.audio.paused;
    setIcon(this.button, paused ? "play" : "pause");
    const verb = `${paused ? "Play" : "Pause"} ${this.label}`;
    this.button.setAttribute("aria-label", verb);
    this.button.title = paused ? "Play" : "Pause";
    const now = this.audio.currentTime;
    this.now.textContent = clock(now);
    this.total.textContent = ` / ${clock(this.length)}`;
    this.seek.setAttribute("aria-valuenow", now.toFixed(1));
    this.seek.setAttribute("aria-valuetext", `${clock(now)} of ${clock(this.length)}`);
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const style = getComputedStyle(this.canvas);
    const bars = Math.max(1, Math.floor((width + GAP) / (BAR + GAP)));
    const played = (this.audio.currentTime / this.length) * width;
    if (!this.peaks) { // of low bars it would look like silence
      for (const [from, to, colour] of [[0, width, style.color], [0, played, style.accentColor]]) {
        context.fillStyle = colour;
        context.fillRect(from, height / 2 - BAR / 2, to - from, BAR);
      }
      return;
    }
    for (let bar = 0; bar < bars; bar += 1) {
      const x = bar * (BAR + GAP);
      const tall = Math.max(BAR, heightOf(this.peaks, bar / bars, (bar + 1) / bars) * height);
      context.fillStyle = x + BAR / 2 < played ? style.accentColor : style.color;
      context.beginPath();
      context.roundRect(x, (height - tall) / 2, BAR, tall, BAR / 2);
      context.fill();
    }
  }

  close() {
    this.closed.abort();
    this.audio.pause();
    if (playing === this) playing = null;
    if (this.audio.src) URL.revokeObjectURL(this.audio.src);
    this.audio.removeAttribute("src");
  }
}

const PEAKS = 2000;
const AUDIBLE = 0.05; // of the loudest sample: what is lower is a pause

/**
 * {peaks, loudness}: the loudest of each of PEAKS spans, 0 to 1 of the loudest of all, and how loud
 * all that sounds is; null where the file is too long or too strange.
 */
async function soundOf(blob) {
  if (blob.size > MAX_DECODE_BYTES) return null;
  let decoded;
  try {
    const context = new OfflineAudioContext(1, 1, DECODE_RATE);
    decoded = await context.decodeAudioData(await blob.arrayBuffer());
  } catch {
    return null; // it may play all the same
  }
  const samples = decoded.getChannelData(0);
  const peaks = new Float32Array(PEAKS);
  let loudest = 1e-4;
  for (let peak = 0; peak < PEAKS; peak += 1) {
    const end = Math.ceil(((peak + 1) * samples.length) / PEAKS);
    for (let i = Math.floor((peak * samples.length) / PEAKS); i < end; i += 1) {
      peaks[peak] = Math.max(peaks[peak], Math.abs(samples[i]));
    }
    loudest = Math.max(loudest, peaks[peak]);
  }
  return { peaks: peaks.map((peak) => peak / loudest), loudness: loudnessOf(samples, AUDIBLE * loudest) };
}

function loudnessOf(samples, least) {
  let sum = 0;
  let sounding = 0;
  for (const sample of samples) {
    if (Math.abs(sample) < least) continue;
    sum += sample * sample;
    sounding += 1;
  }
  return sounding ? Math.sqrt(sum / sounding) : 0;
}

function heightOf(peaks, from, to) {
  const first = Math.floor(from * PEAKS);
  const end = Math.max(first + 1, Math.floor(to * PEAKS));
  return Math.max(...peaks.subarray(first, end));
}
