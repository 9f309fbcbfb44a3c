// A client of Phonex, for browsers and Node.js 20 or newer, without dependencies.
// The sandbox uses this file; clients/javascript has the same, with its types in phonex.d.ts.

const PREFIX = "urn:phonex:problem:";
const PASSING = new Set([408, 429, 502, 503, 504, 507]); // may pass by themselves
const RETRIES = { most: 10, patienceS: 60, firstPauseS: 0.5, longestPauseS: 8, unmet: false };
const TOLD_S = 1; // between two looks at a job of who wants to be told
const UNTOLD_S = 20;
const ALL_ITEMS = 1000; // of one page, and of a batch unless the operator allows more
const ENDS = { completed: true, failed: true, cancelled: true };
const JSON_TYPE = "application/json";

/** What went wrong, as RFC 9457 problem details tell it; status 0 where nobody answered. */
export class Problem extends Error {
  constructor({ status = 0, type = "about:blank", title, detail = "", errors = [], retryAfterS = null, ...members }) {
    super(title);
    Object.assign(this, { status, type, title, detail, errors, retryAfterS, requestId: members.request_id ?? "", members });
  }

  /** The type without what all begin with: "voice-not-found". */
  get name() {
    return this.type.replace(PREFIX, "");
  }

  /** Whether the same request may succeed a little later. */
  get passing() {
    // A 500 that is none of ours comes of a replica that is being replaced.
    return this.status === 0 || PASSING.has(this.status) || (this.status === 500 && !this.type.startsWith(PREFIX));
  }
}

/** Talks to a running Phonex. Every method rejects with a Problem, or with its signal's reason. */
export class Phonex {
  #url;
  #key;
  #retries;
  #timeoutS;
  #met = false;

  constructor({ url = "http://127.0.0.1:8000", apiKey = null, retries = {}, timeoutS = 120 } = {}) {
    this.#url = new URL(url);
    if (!this.#url.pathname.endsWith("/")) this.#url.pathname += "/";
    this.#key = typeof apiKey === "function" ? apiKey : () => apiKey;
    this.#retries = { ...RETRIES, ...retries };
    this.#timeoutS = timeoutS;
  }

  /** The service's address. */
  get url() {
    return this.#url.href;
  }

  /** Speaks a text and waits for its file: {job, audio}. `how` are the fields of POST /tts or /clone. */
  async speak(text, how = {}, options = {}) {
    return this.#fetch(await this.submit(text, how, options), options);
  }

  /** The same with the voice of a recording (a Blob), which is not kept. */
  async clone(text, sample, how = {}, options = {}) {
    const { pronunciations, ...fields } = how;
    const form = formOf({ text, ...fields, pronunciations: pronunciations && JSON.stringify(pronunciations) });
    form.append("voice_sample", sample, sample.name ?? "recording");
    const headers = { Prefer: "respond-async" };
    return this.#fetch(await this.#json("clone/quick", { ...options, method: "POST", body: form, headers }), options);
  }

  /** Has a text spoken, and does not wait: see wait, audio, follow. */
  submit(text, how = {}, options = {}) {
    return this.#post(routeOf(how), { text, ...how }, { ...options, headers: { Prefer: "respond-async" } });
  }

  /** Speaks a text, to be heard while it is made. Resolves with the first sound. */
  async stream(text, how = {}, options = {}) {
    const body = JSON.stringify({ text, ...how, stream: true });
    const request = { ...options, method: "POST", body, headers: { "Content-Type": JSON_TYPE } };
    return new AudioStream(this, await this.request(routeOf(how), request), options);
  }

  /** Hears any job from its first byte on, whether it runs or has ended. */
  async follow(audioId, options = {}) {
    return new AudioStream(this, await this.request(`audio/${part(audioId)}?stream=true`, options), options);
  }

  /** Waits until a job is completed; rejects with why it failed. */
  async wait(audioId, { onProgress, timeoutS = Infinity, ...options } = {}) {
    const end = Date.now() + timeoutS * 1000;
    for (;;) {
      const look = this.#look(onProgress, end);
      const job = await this.job(audioId, { ...options, waitS: look });
      onProgress?.(job);
      if (job.status === "completed") return job;
      if (job.status === "failed" || job.status === "cancelled") throw failureOf(job);
      if (Date.now() >= end) throw new Problem({ type: "wait-timeout", title: "The job has not ended yet", audioId });
    }
  }

  /** Where a job stands, at once or as soon as it has ended. */
  job(audioId, { waitS = 0, ...options } = {}) {
    return this.#json(`status/${part(audioId)}${query({ wait: waitS || undefined })}`, options);
  }

  /** Your jobs, the newest first, by page. */
  jobs(asked = {}, options = {}) {
    return this.#json(`jobs${query(asked)}`, options);
  }

  /** The file of a job that is completed, as a Blob. */
  audio(audioId, options = {}) {
    return this.#send(`audio/${part(audioId)}`, options, (response) => response.blob());
  }

  /** Removes finished audio, or cancels the job that makes it. */
  deleteAudio(audioId, options = {}) {
    return this.#json(`audio/${part(audioId)}`, { ...options, method: "DELETE" });
  }

  /** Captions of finished audio, as text; `form` is vtt, srt or json. */
  captions(audioId, form = "vtt", options = {}) {
    return this.#send(`audio/${part(audioId)}/captions.${part(form)}`, options, (response) => response.text());
  }

  quality(audioId, options = {}) {
    return this.#json(`audio/${part(audioId)}/quality`, options);
  }

  /** Has many texts spoken under one id: `items` are what POST /tts or /clone take. Does not wait. */
  submitBatch(items, { title = "" } = {}, options = {}) {
    return this.#post("batch", { title, items }, options);
  }

  /** Where a batch stands, with a page of its items. */
  batch(batchId, { start = 0, limit = 100, waitS = 0, ...options } = {}) {
    return this.#json(`batch/${part(batchId)}${query({ start, limit, wait: waitS || undefined })}`, options);
  }

  /** Waits until nothing more of a batch will be made. What was not made stands among its items. */
  async waitBatch(batchId, { onProgress, timeoutS = Infinity, ...options } = {}) {
    const end = Date.now() + timeoutS * 1000;
    for (;;) {
      const look = this.#look(onProgress, end);
      const batch = await this.batch(batchId, { ...options, limit: 0, waitS: look });
      onProgress?.(batch);
      if (batch.state === "ended") return this.batch(batchId, { ...options, limit: ALL_ITEMS });
      if (Date.now() >= end) throw new Problem({ type: "wait-timeout", title: "The batch has not ended yet", batchId });
    }
  }

  /** What a batch made, as a Blob: a file for each item (zip), or one book with chapters (m4b). */
  batchAudio(batchId, form = "zip", { partial = false, ...options } = {}) {
    return this.#send(`batch/${part(batchId)}/audio${query({ format: form, partial })}`, options, (response) => response.blob());
  }

  /** Makes no more of a batch, and deletes what was made. */
  deleteBatch(batchId, options = {}) {
    return this.#json(`batch/${part(batchId)}`, { ...options, method: "DELETE" });
  }

  /** A job each time that it changes, and at last as it has ended; goes on where the connection breaks. */
  async *events(audioId, options = {}) {
    const path = `jobs/${part(audioId)}/events`;
    const most = options.retries?.most ?? RETRIES.most;
    let told = null;
    for (let fruitless = 0; ; fruitless += 1) {
      const response = await this.request(path, options);
      try {
        for await (const { event, data } of eventsOf(response.body)) {
          if (event === "deleted") throw new Problem({ status: 404, type: `${PREFIX}audio-not-found`, title: "The job was deleted" });
          if (data === told) continue;
          told = data;
          fruitless = 0;
          const job = JSON.parse(data);
          yield job;
          if (job.status in ENDS) return;
        }
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason;
        if (error instanceof Problem || error instanceof SyntaxError) throw error;
      }
      if (fruitless >= most) throw new Problem({ title: "The service went away" });
      await pause(500 * Math.min(fruitless + 1, 8), options.signal);
    }
  }

  /** How a text will be said, word by word. */
  read(text, how = {}, options = {}) {
    return this.#post("tts/read", { text, ...how }, options);
  }

  /** Whether a recording (a Blob) is speech of this service. */
  verify(recording, options = {}) {
    const form = new FormData();
    form.append("audio", recording, recording.name ?? "recording");
    return this.#json("verify", { ...options, method: "POST", body: form });
  }

  /** Learns a voice from one or more recordings (Blobs). */
  registerVoice(name, samples, { consent = false, consent_recording, ...told } = {}, options = {}) {
    const form = formOf({ voice_name: name, consent, ...told });
    for (const sample of [samples].flat()) form.append("voice_sample", sample, sample.name ?? "recording");
    if (consent_recording) form.append("consent_recording", consent_recording, consent_recording.name ?? "recording");
    return this.#json("voice/register", { ...options, method: "POST", body: form });
  }

  async voices(options = {}) {
    return (await this.#json("voice/list", options)).items;
  }

  async deletedVoices(options = {}) {
    return (await this.#json("voice/list/deleted", options)).items;
  }

  voice(name, options = {}) {
    return this.#json(`voice/${part(name)}`, options);
  }

  deleteVoice(name, options = {}) {
    return this.#json(`voice/${part(name)}`, { ...options, method: "DELETE" });
  }

  /** A voice as one file, a Blob. Whoever has it and the engine can speak with the voice. */
  exportVoice(name, options = {}) {
    return this.#send(`voice/${part(name)}/export`, options, (response) => response.blob());
  }

  importVoice(file, { name = "", consent = false } = {}, options = {}) {
    const form = formOf({ voice_name: name, consent });
    form.append("voice_file", file, file.name ?? "voice");
    return this.#json("voice/import", { ...options, method: "POST", body: form });
  }

  /** The base speakers by language. */
  async speakers(options = {}) {
    return (await this.#json("tts/speakers", options)).speakers;
  }

  phones(language, options = {}) {
    return this.#json(`tts/phones/${part(language)}`, options);
  }

  health(options = {}) {
    return this.#json("health", options);
  }

  /** Any route: an answer that is a success. `onWait(problem, seconds)` is told each second of a pause. */
  request(path, options = {}) {
    return this.#send(path, options, (response) => response, { untilHeaders: true });
  }

  /** How long one look may last, in seconds. */
  #look(told, end) {
    return Math.min(told ? TOLD_S : UNTOLD_S, this.#timeoutS / 2, Math.max(0, end - Date.now()) / 1000);
  }

  async #fetch({ audio_id }, options) {
    try {
      const job = await this.wait(audio_id, options);
      return { job, audio: await this.audio(audio_id, options) };
    } catch (error) {
      const left = options.signal?.aborted; // and nobody knows the job
      if (left) await this.deleteAudio(audio_id, { retries: { most: 0 } }).catch(() => {});
      throw error;
    }
  }

  #post(path, body, { headers, ...options }) {
    const typed = { "Content-Type": JSON_TYPE, ...headers };
    return this.#json(path, { ...options, method: "POST", body: JSON.stringify(body), headers: typed });
  }

  #json(path, options) {
    return this.#send(path, { headers: {}, ...options }, async (response) => {
      const text = await response.text();
      try {
        const answer = JSON.parse(text);
        if (answer instanceof Object && !Array.isArray(answer)) return answer;
      } catch {
        // Told below.
      }
      throw new Problem({ status: response.status, title: "What answers is no Phonex", detail: this.url });
    });
  }

  /** Sends a request until it succeeds or patience ends; POSTs with one key, however often they are sent. */
  async #send(path, { method = "GET", headers, body, signal, onWait, idempotencyKey, retries }, use, how) {
    const patience = { ...this.#retries, ...retries };
    const sent = new Headers(headers);
    if (method === "POST" && !sent.has("Idempotency-Key")) sent.set("Idempotency-Key", idempotencyKey ?? newKey());
    let lost = false;
    let deadline = null;
    for (let failed = 0; ; failed += 1) {
      try {
        return await this.#once(path, { method, headers: sent, body, signal }, use, how);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        if (method === "DELETE" && lost && problem.status === 404) return { success: true, message: "It is gone." };
        lost ||= problem.status === 0;
        const unmet = problem.status === 0 && !this.#met && !patience.unmet;
        const grown = Math.min(patience.longestPauseS, patience.firstPauseS * 2 ** failed);
        const pauseS = (problem.retryAfterS ?? 0) + grown * (0.5 + Math.random() / 2);
        deadline ??= Date.now() + patience.patienceS * 1000;
        const vain = !problem.passing || unmet || failed >= patience.most || Date.now() + pauseS * 1000 > deadline;
        if (vain) throw problem;
        await countDown(problem, pauseS, onWait, signal);
      }
    }
  }

  async #once(path, request, use, { untilHeaders = false } = {}) {
    const secret = this.#key();
    if (secret) request.headers.set("Authorization", `Bearer ${secret}`);
    else request.headers.delete("Authorization");
    const limit = new AbortController();
    const stop = () => limit.abort(request.signal.reason);
    if (request.signal?.aborted) stop();
    request.signal?.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(() => limit.abort(new DOMException("The answer did not come in time", "TimeoutError")), this.#timeoutS * 1000);
    try {
      // A key goes where it was meant to go: no redirect is followed.
      const response = await fetch(new URL(path.replace(/^\//, ""), this.#url), { ...request, signal: limit.signal, redirect: "manual" });
      this.#met = true;
      if (!response.ok) throw await problemOf(response);
      return await use(response);
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (error instanceof Problem) throw error;
      const detail = "It may be restarting, or the connection is gone.";
      throw new Problem({ title: "The service cannot be reached", detail, cause: String(error) });
    } finally {
      clearTimeout(timer);
      if (!untilHeaders) request.signal?.removeEventListener("abort", stop);
    }
  }
}

/** Bytes as they are made, to be iterated over once. A connection that breaks is gone on with. */
export class AudioStream {
  #client;
  #response;
  #options;

  constructor(client, response, options) {
    this.#client = client;
    this.#response = response;
    this.#options = options;
    this.audioId = response.headers.get("X-Audio-Id");
    this.mediaType = response.headers.get("Content-Type") ?? "";
    this.heard = 0; // bytes
  }

  async *[Symbol.asyncIterator]() {
    const path = `audio/${part(this.audioId)}?stream=true`;
    const most = this.#options.retries?.most ?? RETRIES.most;
    let fruitless = 0;
    for (let skip = 0; ; ) {
      const reader = this.#response.body.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          const fresh = value.subarray(skip);
          skip -= value.length - fresh.length;
          if (!fresh.length) continue;
          this.heard += fresh.length;
          fruitless = 0;
          yield fresh;
        }
      } catch (error) {
        if (this.#options.signal?.aborted) throw this.#options.signal.reason;
        if ((fruitless += 1) > most) throw new Problem({ title: "The service went away", detail: String(error) });
        await pause(500 * Math.min(fruitless, 8), this.#options.signal);
      } finally {
        // Who leaves the loop hangs up.
        await reader.cancel().catch(() => {});
      }
      try {
        const headers = { Range: `bytes=${this.heard}-` };
        this.#response = await this.#client.request(path, { ...this.#options, idempotencyKey: undefined, headers });
      } catch (problem) {
        if (problem instanceof Problem && problem.status === 416) return; // the last byte was heard
        throw problem;
      }
      skip = this.#response.status === 206 ? 0 : this.heard;
    }
  }

  /** All that was not heard yet, as a Blob. */
  async blob() {
    const chunks = [];
    for await (const chunk of this) chunks.push(chunk);
    return new Blob(chunks, { type: this.mediaType });
  }
}

/** A key no other request has. `crypto.randomUUID` is missing on plain HTTP beyond localhost. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

async function countDown(problem, seconds, onWait, signal) {
  for (let left = seconds; left > 0; left -= 1) {
    onWait?.(problem, Math.ceil(left));
    await pause(1000 * Math.min(1, left), signal);
  }
  onWait?.(null);
}

async function problemOf(response) {
  const { status, type } = response;
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) {
    const detail = `It points to ${response.headers.get("Location") ?? "another address"}.`;
    return new Problem({ status: status || 302, title: "The service is not at this address", detail });
  }
  let told = null;
  try {
    told = await response.json();
  } catch {
    // Not ours: something between us and the service answered.
  }
  const known = told instanceof Object ? told : {};
  const text = (name, otherwise) => (typeof known[name] === "string" ? known[name] : otherwise);
  return new Problem({
    ...known,
    status,
    type: text("type", undefined),
    title: text("title", `The service answered ${status}`),
    detail: text("detail", ""),
    errors: Array.isArray(known.errors) ? known.errors : [],
    retryAfterS: secondsOf(response.headers.get("Retry-After") ?? ""),
  });
}

/** Server-sent events of a body: {event, data}. */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return; // what is not ended by an empty line is void
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const lines = block.split("\n");
        const of = (name) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length).trim());
        const data = of("data:").join("\n");
        if (data) yield { event: of("event:")[0] ?? "message", data };
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // who leaves the loop hangs up
  }
}

/** What Retry-After asks for: seconds, or a date; null for what is neither. */
function secondsOf(asked) {
  if (/^\d+$/.test(asked)) return Number(asked);
  const date = Date.parse(asked);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}

function failureOf({ status, problem, error, audio_id }) {
  if (status === "cancelled") return new Problem({ status: 410, type: `${PREFIX}audio-cancelled`, title: "The job was cancelled", audio_id });
  const type = problem ?? `${PREFIX}audio-failed`;
  return new Problem({ status: 410, type, title: "The audio could not be made", detail: error ?? "", audio_id });
}

const routeOf = (how) => (how.voice_id === undefined ? "tts" : "clone");

/** An id or a name as one part of a path. */
function part(name) {
  if (["", ".", ".."].includes(name)) throw new TypeError(`${JSON.stringify(name)} is no id and no name.`);
  return encodeURIComponent(name);
}

function query(asked) {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

function formOf(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, String(value));
  return form;
}
