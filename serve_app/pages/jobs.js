// The list of audio: each entry is sent, followed until it ends, played, downloaded, deleted.

import { key, newKey, postJson, Problem, send, sendJson } from "./api.js";
import { captionLinks, ReadAlong } from "./captions.js";
import { announce, ask, find, icon, iconButton, make, showProblem } from "./dom.js";
import { entries, put, remove } from "./history.js";
import { Live, playsLive } from "./live.js";
import { Player } from "./player.js";
import { clock, languageName, languageTag, signed } from "./words.js";

const UNFINISHED = new Set(["sending", "queued", "processing"]);
const WAIT_S = 1; // of one poll: an end is answered at once, progress this often
const HIDDEN_WAIT_S = 20;
const DRAW_BEFORE_PLAY_BYTES = 4e6; // larger files are fetched when they are asked for

const LIKENESS = {
  same: "As alike as recordings of one person",
  between: "Less alike than one person, more than two",
  others: "No more alike than two people",
};

const list = find("#jobs");
const cards = new Map();

const inView = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (isIntersecting) cards.get(target.dataset.key)?.prefetch();
  }
});

/** Puts up what this browser remembers, and goes on with what was unfinished. */
export function restore() {
  for (const entry of entries()) if (!cards.has(entry.key)) append(entry);
  showEmpty();
}

/** Goes on with what a missing key had stopped. */
export function resume() {
  for (const card of cards.values()) {
    showProblem(card.problem, card.entry.problem);
    if (card.player) inView.observe(card.element);
    card.follow();
  }
}

/** Sends a request and lists it. `onrefused(problem)` takes it back where the service refuses. */
export function add(request, { onrefused, onreuse }) {
  reuse = onreuse;
  const entry = { ...request, key: newKey(), state: "sending", createdAt: Date.now() };
  put(entry);
  const card = append(entry, true);
  card.onrefused = onrefused;
  showEmpty();
  // On a small screen it would come up below the fold, unseen.
  card.element.scrollIntoView({ block: "nearest" });
}

let reuse = () => {};
export function onReuse(callback) {
  reuse = callback;
}

function append(entry, first = false) {
  const card = new Card(entry);
  cards.set(entry.key, card);
  card.element.toggleAttribute("data-new", first);
  if (first) list.prepend(card.element);
  else list.append(card.element);
  card.follow();
  return card;
}

function showEmpty() {
  find("#audio-empty").hidden = cards.size > 0;
  find("#clear").hidden = cards.size === 0;
}

export async function clear() {
  const words = "The audio itself stays on the service until it expires there. Unfinished work goes on.";
  if (!(await ask("Clear this list?", words, "Clear"))) return;
  for (const card of [...cards.values()]) card.drop();
  find("#audio-title").focus();
}

class Card {
  constructor(entry) {
    this.entry = entry;
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
    const { body, state, seconds, voice } = this.entry;
    this.player?.close();
    this.player = null;
    const heardTo = UNFINISHED.has(state) ? null : this.stopLive();
    const facts = [voice, body.format.toUpperCase()];
    if (seconds) facts.splice(1, 0, clock(seconds));
    if (body.speed !== 1) facts.push(`${body.speed}×`);
    if (body.pitch) facts.push(`${signed(body.pitch)} st`);
    this.problem = make("div", { class: "problem", hidden: true });
    const said = make("p", { class: "said", lang: languageTag(body.language), dir: "auto" }, body.text);
    this.element.replaceChildren(
      said,
      this.middle(state),
      this.problem,
      ...[this.likeness(), this.advice()].filter(Boolean),
      make("div", { class: "job-foot" },
        make("p", { class: "facts" },
          make("span", { lang: languageTag(body.language) }, languageName(body.language)), ["", ...facts].join(" · ")),
        ...this.actions(state)),
    );
    if (this.entry.problem) showProblem(this.problem, this.entry.problem);
    if (this.player) new ReadAlong(said, this.player, this.entry.id);
    if (heardTo !== null) this.player?.playFrom(heardTo);
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
    const { id, body, seconds } = this.entry;
    const load = async () => (await send(`audio/${id}`)).blob();
    this.player = new Player(`“${shorten(body.text)}”`, load, seconds ?? 0);
    this.player.onproblem = (error) => this.failPlaying(error);
    inView.observe(this.element);
    return this.player.element;
  }

  actions(state) {
    const again = iconButton("again", "Use this text and voice again", () => reuse(this.entry));
    if (UNFINISHED.has(state)) {
      return [make("button", { type: "button", class: "quiet", onclick: () => this.cancel() }, "Cancel")];
    }
    const gone = iconButton("delete", state === "completed" ? "Delete" : "Take off the list", () => this.delete());
    if (state !== "completed") return [again, gone];
    const captions = captionLinks(this.entry.id, (error) => this.failCaptions(error));
    return [...captions, this.downloadLink(), again, gone];
  }

  /** What the service said of the job beside doing it. */
  advice() {
    const { warnings } = this.entry;
    if (!warnings?.length) return null;
    return make("ul", { class: "advice", "aria-label": "Warnings" },
      ...warnings.map((words) => make("li", {}, icon("alert"), make("span", { dir: "auto" }, words))));
  }

  /** How alike a clone is to its voice, between two people and one; nothing where it was not heard. */
  likeness() {
    const { similarity } = this.entry;
    if (typeof similarity?.cosine !== "number") return null;
    const { cosine, model, same, others, verdict } = similarity;
    const range = { low: others.to, high: same.from, optimum: 1, value: Math.max(0, cosine) };
    return make("p", { class: "likeness", title: `${model}: of 20 pairs of one person, 19 have ${same.from} or more; of two, ${others.to} or less.` },
      make("meter", { ...range, "aria-label": "Likeness to the voice" }),
      make("span", {}, `${LIKENESS[verdict]} (cosine ${cosine.toFixed(2)})`));
  }

  downloadLink() {
    const { id, body } = this.entry;
    const link = make("a", {
      class: "icon", href: `audio/${id}`, download: `${id}.${body.format}`,
      "aria-label": "Download", title: "Download",
    }, icon("download"));
    link.addEventListener("click", async (event) => {
      if (!key.get() || link.href.startsWith("blob:")) return; // the browser fetches it by itself
      event.preventDefault(); // a link sends no key
      try {
        link.href = URL.createObjectURL(await this.player.file());
        link.click();
      } catch (error) {
        this.failPlaying(error);
      }
    });
    return link;
  }

  /** Fetches what is soon looked at, so that its waveform is there. */
  prefetch() {
    inView.unobserve(this.element);
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
      announce(`The audio is ready: ${shorten(this.entry.body.text)}`);
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
      showProblem(this.problem, error); // resume() goes on once there is a key
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
    this.player?.close();
    inView.unobserve(this.element);
    this.element.remove();
    cards.delete(this.entry.key);
    remove(this.entry.key);
    showEmpty();
  }
}

function shorten(text) {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 58).join("").trim()}…` : text;
}
