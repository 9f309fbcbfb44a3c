// One entry of the list: sent, followed until it ends, played, read, downloaded, deleted.

import { postJson, Problem, send, sendJson } from "./api.js";
import { captionLinks, ReadAlong } from "./captions.js";
import { adviceOf, downloadLink, factsOf, likenessOf, saidOf, shorten } from "./card_parts.js";
import { Original } from "./compare.js";
import { announce, ask, find, iconButton, make, showProblem } from "./dom.js";
import { put } from "./history.js";
import { Live, playsLive } from "./live.js";
import { Player } from "./player.js";
import { readingOf } from "./reading.js";

const UNFINISHED = new Set(["sending", "queued", "processing"]);
const WAIT_S = 1; // of one poll: an end is answered at once, progress this often
const HIDDEN_WAIT_S = 20;
const DRAW_BEFORE_PLAY_BYTES = 4e6; // larger files are fetched when they are asked for

export class Card {
  /**
   * @param {object} entry of the history
   * @param {object} owner the list: reuse, watch, unwatch, dropped
   * @param {Group | null} group whose text it says
   */
  constructor(entry, owner, group = null) {
    this.entry = entry;
    this.owner = owner;
    this.group = group;
    this.element = make("li", { "data-key": entry.key });
    this.stop = new AbortController();
    this.following = false;
    this.render();
  }

  change(values) {
    const rebuilt = values.state !== undefined && values.state !== this.entry.state;
    Object.assign(this.entry, values);
    put(this.entry);
    if (rebuilt) this.render();
  }

  render() {
    const { state } = this.entry;
    this.player?.close();
    this.original?.close();
    this.player = this.original = null;
    const heardTo = UNFINISHED.has(state) ? null : this.stopLive();
    this.problem = make("div", { class: "problem", hidden: true });
    this.reading = make("div", { class: "reading", role: "region", "aria-label": "What was read", tabindex: "-1", hidden: true });
    const said = this.group ? { element: this.group.said, parts: [{ element: this.group.said, at: null }] } : saidOf(this.entry);
    const middle = this.middle(state);
    const name = this.group ? make("h3", { class: "who" }, this.entry.voice) : said.element;
    this.element.replaceChildren(
      ...[name, this.original?.heading, middle, this.original?.place, this.problem, likenessOf(this.entry), adviceOf(this.entry), this.reading].filter(Boolean),
      make("div", { class: "job-foot" }, factsOf(this.entry, Boolean(this.group)), ...this.actions(state)),
    );
    if (this.entry.problem) showProblem(this.problem, this.entry.problem);
    if (this.player) new ReadAlong(said.element, said.parts, this.player, this.entry.id);
    if (heardTo !== null) this.player?.playFrom(heardTo);
    this.group?.show();
  }

  /** Where somebody was listening, in seconds, or null. */
  stopLive() {
    const at = this.live?.close() ?? null;
    this.live = null;
    return at;
  }

  middle(state) {
    if (UNFINISHED.has(state)) {
      this.bar = make("progress", { max: "100", "aria-label": "Progress" });
      this.words = make("span", {}, state === "sending" ? "Sending…" : "Waiting…");
      if (state === "processing" && this.entry.id && playsLive(this.entry.body.format)) {
        this.live ??= new Live(this.entry.id, this.entry.body.format, (error) => this.failPlaying(error));
      }
      const line = make("div", { class: "live" }, ...(this.live ? [this.live.button] : []), this.words);
      return make("div", { class: "progress" }, this.bar, line);
    }
    if (state !== "completed") return null;
    const { id, body, seconds, voice, record } = this.entry;
    const load = async () => (await send(`audio/${id}`)).blob();
    const label = this.group ? voice : `“${shorten(this.text)}”`;
    this.player = new Player(label, load, seconds ?? 0);
    this.player.onproblem = (error) => this.failPlaying(error);
    if (body.voice_id !== undefined) {
      this.original = new Original(this.player, voice, record);
      this.original.onproblem = (error) => this.failPlaying(error);
    }
    this.owner.watch(this.element);
    return this.player.element;
  }

  /** What is said, for people. */
  get text() {
    const { lines, body } = this.entry;
    return lines ? lines.map(({ text }) => text).join(" ") : body.text;
  }

  actions(state) {
    const again = iconButton("again", "Use this text and voice again", () => this.owner.reuse(this.entry));
    if (UNFINISHED.has(state)) {
      return [make("button", { type: "button", class: "quiet", onclick: () => this.cancel() }, "Cancel")];
    }
    const gone = iconButton("delete", state === "completed" ? "Delete" : "Take off the list", () => this.delete());
    if (state !== "completed") return [again, gone];
    this.readButton = iconButton("read", "What was read", () => this.read());
    this.readButton.setAttribute("aria-expanded", "false");
    const captions = captionLinks(this.entry.id, (error) => this.failCaptions(error));
    const download = downloadLink(this.entry, () => this.player.file(), (error) => this.failPlaying(error));
    return [...(this.original ? [this.original.button] : []), this.readButton, ...captions, download, again, gone];
  }

  /** Shows the words that the reader made of the text, or takes them away. */
  async read() {
    const open = this.reading.hidden;
    if (!open) {
      this.reading.hidden = true;
      this.readButton.setAttribute("aria-expanded", "false");
      return;
    }
    const { text, language, speaker, input_type } = this.entry.body;
    const asked = { text, language, ...(speaker ? { speaker } : {}), ...(input_type ? { input_type } : {}) };
    this.readButton.setAttribute("aria-busy", "true");
    try {
      if (!this.reading.children.length) this.reading.replaceChildren(...(await readingOf(asked)));
      this.reading.hidden = false;
      this.readButton.setAttribute("aria-expanded", "true");
      this.reading.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showProblem(this.problem, error);
    } finally {
      this.readButton.removeAttribute("aria-busy");
    }
  }

  /** Fetches what is soon looked at, so that its waveform is there. */
  prefetch() {
    this.owner.unwatch(this.element);
    if (this.player && this.entry.bytes <= DRAW_BEFORE_PLAY_BYTES) {
      this.player.file().catch((error) => this.failPlaying(error));
    }
  }

  failCaptions(error) {
    if (error.name === "audio-not-found") this.markGone();
    else showProblem(this.problem, error);
  }

  failPlaying(error) {
    if (error instanceof Problem && error.status === 404) this.markGone();
    else if (error instanceof Problem) showProblem(this.problem, error);
    else {
      const detail = `This browser cannot play ${this.entry.body.format}. Download it, or choose MP3.`;
      showProblem(this.problem, { title: "Nothing to hear", detail });
    }
  }

  markGone() {
    const problem = { title: "No longer there", detail: "The service deleted this audio, or it was another service's." };
    this.change({ state: "gone", problem });
  }

  /** Sends what was not sent yet, then asks how it stands until it has ended. */
  async follow() {
    if (this.following || !UNFINISHED.has(this.entry.state)) return;
    this.following = true;
    const options = { signal: this.stop.signal, onWait: (...wait) => this.showWait(...wait) };
    try {
      if (!this.entry.id) await this.submit(options);
      while (UNFINISHED.has(this.entry.state)) {
        const wait = document.hidden ? HIDDEN_WAIT_S : WAIT_S;
        this.update(await sendJson(`status/${this.entry.id}?wait=${wait}`, options));
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.following = false;
    }
  }

  async submit(options) {
    const { route, body, key: idempotencyKey } = this.entry;
    // The same key however often it is sent: a reload in between makes no second job.
    const headers = { "Idempotency-Key": idempotencyKey, Prefer: "respond-async" };
    // To be heard while it is made, and made whether it is heard or not.
    const accepted = await postJson(route, { ...body, stream: true, keep: true }, { headers, ...options });
    this.change({ id: accepted.audio_id, seed: accepted.seed });
    this.onrefused = null;
  }

  update(status) {
    if (status.status === "completed") {
      announce(`The audio is ready: ${shorten(this.group ? this.entry.voice : this.text)}`);
      this.change({ state: "completed", seconds: status.seconds, bytes: status.size_bytes, warnings: status.warnings,
        similarity: status.similarity });
      this.prefetch();
      if (this.element.hasAttribute("data-new")) this.element.scrollIntoView({ block: "nearest" });
    } else if (status.status === "failed") {
      this.change({ state: "failed", problem: { title: "The audio could not be made", detail: status.error ?? "" } });
      announce("The audio could not be made.");
    } else if (status.status === "cancelled") {
      this.change({ state: "cancelled", problem: { title: "Cancelled", detail: "" } });
    } else {
      this.change({ state: status.status });
      this.showProgress(status);
    }
  }

  showProgress({ status, progress, pieces_done, pieces_total, jobs_ahead, estimated_time }) {
    if (status === "queued") {
      this.bar.removeAttribute("value");
      const place = jobs_ahead ? `Queued behind ${jobs_ahead} of yours` : "Queued";
      this.words.textContent = estimated_time ? `${place}, about ${estimated_time}` : place;
    } else {
      if (pieces_done) this.bar.value = progress;
      this.words.textContent = pieces_total > 1 ? `Speaking: ${pieces_done} of ${pieces_total} pieces` : "Speaking…";
    }
  }

  showWait(problem, secondsLeft) {
    showProblem(this.problem, problem, { secondsLeft });
  }

  fail(error) {
    if (!(error instanceof Problem)) {
      if (error.name !== "AbortError") throw error;
    } else if (error.status === 401 && this.entry.id) {
      showProblem(this.problem, error); // there will be a key, and then it goes on
    } else if (this.entry.id && error.status === 404) {
      this.markGone();
    } else if (this.onrefused) {
      this.drop();
      this.onrefused(error);
    } else {
      const { title, detail, errors } = error;
      this.change({ state: "failed", problem: { title, detail, errors } });
    }
  }

  async cancel() {
    this.stop.abort(new DOMException("cancelled", "AbortError"));
    await this.forget();
  }

  async delete() {
    if (this.entry.state === "completed") {
      const words = "It is removed from the service, for everyone who has its address.";
      if (!(await ask("Delete this audio?", words, "Delete"))) return;
    }
    await this.forget();
  }

  /** Takes it off the service and off the list. */
  async forget() {
    try {
      if (this.entry.id && this.entry.state !== "gone") await send(`audio/${this.entry.id}`, { method: "DELETE" });
    } catch (error) {
      if (error.status !== 404) {
        showProblem(this.problem, error);
        return;
      }
    }
    this.drop();
    announce("Deleted.");
    find("#audio-title").focus();
  }

  drop() {
    this.stop.abort(new DOMException("dropped", "AbortError"));
    this.stopLive();
    this.original?.close();
    this.player?.close();
    this.player = null;
    this.owner.unwatch(this.element);
    this.element.remove();
    this.owner.dropped(this);
  }
}
