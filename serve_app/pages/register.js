// The dialog in which a voice is made: a name, recordings, the speaker's consent.

import { newKey, sendJson } from "./api.js";
import { announce, find, icon, iconButton, make, setIcon, showProblem } from "./dom.js";
import * as composer from "./composer.js";
import { keep } from "./originals.js";
import { MAX_SECONDS, Recorder } from "./recorder.js";
import * as voices from "./voices.js";
import { LANGUAGES, clock, languageTag, size } from "./words.js";

const dialog = find("#register");
const problem = find("#register-problem");
const consent = find("#consent");
const button = find("#record-toggle");
const name = find("#voice-name");

let limits = { max_samples: 8, max_upload_bytes: Infinity };
let samples = []; // {file, note}
let preview = null;
let arriving = null; // the sample, while it is fetched
const recorder = new Recorder(showLevel);

export function start(told) {
  limits = told;
}

function open() {
  find("#register-steps").hidden = false;
  find("#register-done").hidden = true;
  const language = find("#language").value;
  find("#passage").lang = languageTag(language);
  find("#passage").textContent = (LANGUAGES[language] ?? LANGUAGES.EN).passage;
  dialog.showModal();
  name.focus();
}

/** The same with recordings that are there. */
export function openWith(files) {
  open();
  addFiles(files);
}

function reset() {
  find("#register-form").reset();
  setSamples([]);
  showProblem(problem, null);
}

async function close() {
  preview?.pause();
  if (recorder.recording) await stopRecording({ keep: false });
}

function setSamples(list) {
  samples = list;
  find("#sample-list").replaceChildren(...samples.map((sample) =>
    make("li", {},
      make("span", {}, sample.file.name), make("span", { class: "fine" }, sample.note),
      iconButton("play", `Play ${sample.file.name}`, () => play(sample)),
      iconButton("delete", `Remove ${sample.file.name}`, () => {
        setSamples(samples.filter((other) => other !== sample));
        find("#samples").focus();
      }))));
}

function play({ file }) {
  preview?.pause();
  preview = new Audio(URL.createObjectURL(file));
  preview.play().catch(() => {
    showProblem(problem, { title: "This browser cannot play it", detail: "The service may read it all the same." });
  });
}

function addFiles(files) {
  showProblem(problem, null);
  const strange = [...files].find(({ type }) => type && !/^(audio|video)\/|^application\/(ogg|octet-stream)$/.test(type));
  if (strange) {
    showProblem(problem, notARecording(strange.name));
    return;
  }
  const added = [...files].map((file) => ({ file, note: size(file.size) }));
  const all = [...samples, ...added];
  const bytes = all.reduce((sum, { file }) => sum + file.size, 0);
  if (all.length > limits.max_samples) {
    showProblem(problem, { title: "Too many recordings", detail: `Up to ${limits.max_samples} make one voice.` });
  } else if (bytes > limits.max_upload_bytes) {
    showProblem(problem, { title: "Too large", detail: `One voice may be ${size(limits.max_upload_bytes)} in all.` });
  } else {
    setSamples(all);
    announce(`${added.length === 1 ? added[0].file.name : `${added.length} recordings`} added.`);
  }
}

const longest = (list) => list.reduce((one, other) => (other.file.size > one.file.size ? other : one));

function notARecording(name) {
  return { title: "That is no recording", detail: `${name} holds no sound that the service reads. Choose a wav, mp3, flac, ogg, opus, m4a, aac or webm file.` };
}

/** A recording for those who have none at hand. */
async function addSample() {
  const response = await fetch("sandbox/harbour.ogg").catch(() => null);
  if (!response?.ok) {
    showProblem(problem, { title: "The sample cannot be fetched", detail: "The service may be restarting." });
    return;
  }
  addFiles([new File([await response.blob()], "A sample.ogg", { type: "audio/ogg" })]);
  if (!name.value.trim()) name.value = "Sample";
  consent.checked = samples.length === 1; // nobody's voice: an engine spoke it
  announce("A sample is added. An engine spoke it, so nobody has to agree.");
}

// The microphone

function showLevel(level, seconds) {
  const meter = find("#meter");
  find("i", meter).style.transform = `scaleX(${level.toFixed(3)})`;
  meter.setAttribute("aria-valuenow", Math.round(level * 100));
  find("#record-time").textContent = clock(seconds);
  if (seconds >= MAX_SECONDS && recorder.recording) stopRecording();
}

function showRecording(on) {
  find("#record").toggleAttribute("data-on", on);
  setIcon(button, on ? "stop" : "mic");
  find("span", button).textContent = on ? "Stop" : "Record";
  announce(on ? "Recording." : "Recording stopped.");
}

async function startRecording() {
  showProblem(problem, null);
  button.disabled = true; // while the browser asks its user
  try {
    await recorder.start();
    showRecording(true);
  } catch (reason) {
    showProblem(problem, reason);
  }
  button.disabled = false;
}

async function stopRecording({ keep = true } = {}) {
  const { blob, suffix, seconds } = await recorder.stop();
  showRecording(false);
  find("#record-time").textContent = "0:00";
  if (!keep) return;
  const number = samples.filter(({ recorded }) => recorded).length + 1;
  const file = new File([blob], `Recording ${number}.${suffix}`, { type: blob.type });
  setSamples([...samples, { file, note: clock(seconds), recorded: true }]);
}

// Sending

function findMistake() {
  if (!name.value.trim()) return ["The voice needs a name", "Any name of your own.", name];
  if (!samples.length) return ["There is no recording", "Choose a file, or record one.", find("#samples")];
  if (!consent.checked) {
    return ["The speaker's consent is missing", "Ask the person whose voice this is, then tick the box.", consent];
  }
  return null;
}

async function submit(event) {
  event.preventDefault();
  if (recorder.recording) await stopRecording();
  await arriving;
  const mistake = findMistake();
  if (mistake) {
    const [title, detail, control] = mistake;
    showProblem(problem, { title, detail });
    control.focus();
    return;
  }
  preview?.pause();
  const form = new FormData();
  form.append("voice_name", name.value.trim());
  form.append("consent", "true");
  for (const { file } of samples) form.append("voice_sample", file, file.name);
  setBusy(true);
  try {
    const voice = await sendJson("voice/register", {
      method: "POST",
      body: form,
      headers: { "Idempotency-Key": newKey() },
      onWait: (error, secondsLeft) => showProblem(problem, error, { secondsLeft }),
    });
    await keep(voice.record_id, longest(samples).file, find("#keep-original").checked);
    reset();
    await voices.load();
    showDone(voice);
  } catch (error) {
    if (error.status === 401) dialog.close(); // the key is asked for on the page
    const unread = error.status === 415;
    showProblem(problem, unread ? notARecording(samples.length > 1 ? "One of the files" : samples[0].file.name) : error);
  } finally {
    setBusy(false);
  }
}

function setBusy(busy) {
  find("#register-send").disabled = busy;
  find("#register-state").textContent = busy ? "Listening to the recordings…" : "";
}

function showDone(voice) {
  const use = make("button", {
    type: "button", class: "primary",
    onclick: () => {
      dialog.close();
      composer.useVoice(voice.voice_id);
    },
  }, "Use this voice");
  const another = make("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, "Close");
  find("#register-done").replaceChildren(make("div", { class: "done" },
    make("p", { class: "lead" }, icon("check"), make("strong", {}, `${voice.name} is ready.`)),
    make("div", {}, ...voices.report(voice)),
    make("div", { class: "send" }, use, another)));
  find("#register-steps").hidden = true;
  find("#register-done").hidden = false;
  announce(`The voice ${voice.name} is ready.`);
  use.focus();
}

for (const opener of document.querySelectorAll("[data-add-voice]")) opener.addEventListener("click", open);
find("[data-close]", dialog).addEventListener("click", () => dialog.close());
dialog.addEventListener("close", close);
find("#register-form").addEventListener("submit", submit);
button.addEventListener("click", () => (recorder.recording ? stopRecording() : startRecording()));
find("#use-sample").addEventListener("click", () => {
  arriving = addSample();
});
find("#samples").addEventListener("change", ({ target }) => {
  addFiles(target.files);
  target.value = "";
});
const drop = find("#drop");
for (const type of ["dragenter", "dragover"]) {
  dialog.addEventListener(type, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", true);
  });
}
for (const type of ["dragleave", "drop"]) dialog.addEventListener(type, () => drop.removeAttribute("data-over"));
dialog.addEventListener("drop", (event) => {
  event.preventDefault();
  addFiles(event.dataTransfer.files);
});
