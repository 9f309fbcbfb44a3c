// What test_javascript.py has done, by name: node scenarios.mjs NAME URL [MORE]. Fails by throwing.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";

import { Phonex, Problem } from "../../clients/javascript/phonex.js";

const [name, url, more] = process.argv.slice(2);
const retries = { firstPauseS: 0.05, longestPauseS: 0.5 };
const phonex = new Phonex({ url, retries });
const LONG = "The harbour was quiet before dawn. A single lamp burned on the long stone pier. ".repeat(12);

const bytes = async (blob) => Buffer.from(await blob.arrayBuffer());
const rejects = (promise, type) =>
  assert.rejects(promise, (error) => error instanceof Problem && (error.name === type || assert.fail(inspect(error))));

const scenarios = {
  async calls() {
    const sample = new File([await readFile(more)], "sample.wav");
    const seen = [];
    const { job, audio } = await phonex.speak("One. Two.", { speaker: "EN-BR", format: "flac" }, { onProgress: (at) => seen.push(at.progress) });
    assert.equal((await bytes(audio)).subarray(0, 4).toString(), "fLaC");
    assert.equal(seen.at(-1), 100);
    assert.equal(job.speaker, "EN-BR");
    assert.equal((await phonex.quality(job.audio_id)).audio_id, job.audio_id);
    assert.ok((await phonex.captions(job.audio_id)).startsWith("WEBVTT"));
    assert.equal((await phonex.job(job.audio_id)).status, "completed");
    assert.equal((await phonex.jobs({ kind: "tts", limit: 1 })).jobs[0].audio_id, job.audio_id);

    const voice = await phonex.registerVoice("Script Voice", [sample, sample], { consent: true, consent_speaker: "Ada", consent_recording: sample });
    assert.equal(voice.voice_id, "script_voice");
    assert.ok((await phonex.voices()).some((one) => one.record_id === voice.record_id));
    assert.equal((await phonex.voice("SCRIPT voice")).consent_evidence.speaker, "Ada");
    const said = await phonex.speak("The tide is low.", { voice_id: "script voice" });
    assert.equal(said.job.kind, "clone");
    const exported = await phonex.exportVoice("script_voice");
    await phonex.deleteVoice("script_voice");
    assert.equal((await phonex.importVoice(exported, { name: "Script Again", consent: true })).voice_id, "script_again");
    await phonex.deleteVoice("script_again");
    await rejects(phonex.voice("script_again"), "voice-not-found");
    assert.ok((await phonex.deletedVoices()).some((one) => one.record_id === voice.record_id));
    const once = await phonex.clone("A GIF, once.", sample, { pronunciations: { GIF: "JH IH1 F" }, consent: true });
    assert.equal(once.job.kind, "clone_quick");

    assert.equal((await phonex.read("It cost $3.50.")).words.filter((word) => word.text === "$3.50").length, 4);
    const long = await phonex.speak(LONG.slice(0, 400));
    assert.equal((await phonex.verify(long.audio)).audio_id, long.job.audio_id);
    assert.ok((await phonex.speakers()).EN.length);
    assert.equal((await phonex.phones("en-GB")).notation, "ARPAbet");
    assert.ok((await phonex.health()).tts_ready);
    assert.ok((await (await phonex.request("v1/models")).json()).data.length);
    await phonex.deleteAudio(job.audio_id);
    await rejects(phonex.audio(job.audio_id), "audio-not-found");
  },

  async refusals() {
    for (const method of ["speak", "submit", "stream"]) await rejects(phonex[method]("Hi.", { speaker: "nobody" }), "unknown-speaker");
    await rejects(phonex.deleteVoice("who?are=you#x"), "voice-not-found");
    for (const none of ["", ".", ".."]) assert.throws(() => phonex.deleteVoice(none), TypeError);
    const running = await phonex.submit(LONG.repeat(15));
    await rejects(phonex.audio(running.audio_id), "audio-not-ready");
    await rejects(phonex.wait(running.audio_id, { timeoutS: 0.1 }), "wait-timeout");
    await phonex.deleteAudio(running.audio_id);
    await rejects(phonex.wait(running.audio_id), "audio-cancelled");
    const stop = new AbortController();
    const speaking = phonex.speak(LONG.repeat(15), {}, { signal: stop.signal, onProgress: () => stop.abort() });
    await assert.rejects(speaking, { name: "AbortError" });
    assert.equal((await phonex.jobs({ limit: 1 })).jobs[0].status, "cancelled");
  },

  async batch() {
    const texts = [{ text: "The tide is high.", id: "a", title: "High" }, { text: "The tide is low.", speaker: "EN-BR" }, { text: "No.", speaker: "nobody" }];
    const made = await phonex.submitBatch(texts, { title: "Two tides" });
    assert.equal(made.refused[0].problem.type, "urn:phonex:problem:unknown-speaker");
    const seen = [];
    const ended = await phonex.waitBatch(made.batch_id, { onProgress: (at) => seen.push(at.progress) });
    assert.deepEqual(ended.items.map((item) => item.status), ["completed", "completed", "refused"]);
    assert.ok(seen.length);
    assert.equal((await phonex.batch(made.batch_id, { limit: 1 })).next, 1);
    assert.equal((await bytes(await phonex.batchAudio(made.batch_id))).subarray(0, 2).toString(), "PK");
    await rejects(phonex.batchAudio(made.batch_id, "m4b"), "audio-failed");
    const book = await bytes(await phonex.batchAudio(made.batch_id, "m4b", { partial: true }));
    assert.equal(book.subarray(4, 8).toString(), "ftyp");
    await phonex.deleteBatch(made.batch_id);
    await rejects(phonex.batch(made.batch_id), "batch-not-found");
  },

  async events() {
    const { audio_id } = await new Phonex({ url: more }).submit(LONG);
    const seen = [];
    for await (const job of phonex.events(audio_id)) seen.push(job);
    assert.equal(seen.at(-1).status, "completed");
    const done = seen.map((job) => job.pieces_done);
    assert.deepEqual(done, [...done].sort((one, other) => one - other));
    assert.ok(seen.length >= 2);
    for await (const job of new Phonex({ url: more }).events(audio_id)) assert.deepEqual(job, seen.at(-1));
    await rejects(phonex.events("0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e").next(), "audio-not-found");
  },

  async stream() {
    const stream = await phonex.stream(LONG, { format: "mp3", seed: 3, keep: true });
    const heard = await bytes(await stream.blob());
    assert.equal(stream.mediaType, "audio/mpeg");
    assert.ok(heard.length > 100_000);
    const again = await bytes(await (await new Phonex({ url: more }).follow(stream.audioId)).blob());
    assert.ok(heard.equals(again));
    const left = await new Phonex({ url: more }).stream(LONG);
    for await (const chunk of left) {
      assert.ok(chunk.length);
      break;
    }
  },

  async submit() {
    console.log((await phonex.submit("Only one of this script.")).audio_id);
  },

  async patience() {
    const waits = [];
    const impatient = { most: 1, firstPauseS: 0.01 };
    await rejects(new Phonex({ url, retries: impatient }).health({ onWait: (problem, seconds) => waits.push(seconds ?? problem) }), "about:blank");
    assert.deepEqual(waits, [1, null]);
  },

  async unmet() {
    await rejects(phonex.health(), "about:blank");
  },

  async key() {
    await rejects(phonex.voices(), "unauthorized");
    const wrong = new Phonex({ url, apiKey: "phx_0123456789_verysecret" });
    const problem = await wrong.voices().catch((error) => error);
    assert.equal(problem.status, 401);
    assert.ok(!inspect([wrong, problem], { depth: 9, showHidden: true }).includes("verysecret"));
    assert.deepEqual(await new Phonex({ url, apiKey: () => more }).voices(), []);
  },
};

await scenarios[name]();
