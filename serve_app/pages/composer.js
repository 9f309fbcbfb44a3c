// The form: a text, who says it, and how.

import * as choices from "./choices.js";
import * as dialogue from "./dialogue.js";
import { announce, find, showProblem } from "./dom.js";
import * as jobs from "./jobs.js";
import * as reading from "./reading.js";
import { count, signed } from "./words.js";

const MAX_SEED = 2 ** 32 - 1;
const FIELDS = ["speed", "pitch", "format"];

const text = find("#text");
const problem = find("#compose-problem");
const form = find("#compose");
const field = (name) => find(`#${name}`);

let maxChars = Infinity;

export function start(limits) {
  maxChars = limits.max_text_chars;
  showCount();
}

export async function load(options) {
  await choices.load(options);
  dialogue.refresh();
}

export function setVoices(items) {
  choices.setVoices(items);
  dialogue.refresh();
}

export function useVoice(id) {
  setMode("one");
  choices.use(id);
  text.focus();
}

/** Takes a text from a file; its lines where a dialogue is being written. */
export function useText(words, name) {
  if (mode() === "dialogue") dialogue.take(words);
  else text.value = words;
  change();
  announce(`The text of ${name} is here.`);
  if (mode() !== "dialogue") text.focus();
}

export function refuse(refusal) {
  showProblem(problem, refusal);
  problem.scrollIntoView({ block: "nearest" });
}

export function focusText() {
  if (mode() === "dialogue") dialogue.focus();
  else text.focus();
}

const mode = () => form.elements.mode.value;

export function setMode(value) {
  form.elements.mode.value = value;
  showMode();
}

function showMode() {
  const now = mode();
  form.dataset.mode = now;
  choices.showFor(now);
  text.hidden = now === "dialogue";
  find("#dialogue").hidden = now !== "dialogue";
  if (now === "dialogue" && text.value.trim() && !dialogue.lines().length) dialogue.take(text.value);
  field("speak").textContent = now === "several" ? "Compare" : "Speak";
  change();
}

/** Something else would be said, or otherwise: what was told of it no longer holds. */
function change() {
  const { tag, example } = choices.spoken();
  text.lang = tag;
  text.placeholder = example ?? "Type here";
  find("#example").hidden = !example;
  showCount();
  reading.hide();
  showProblem(problem, null);
}

/** What the service gets as the text: {text, lines} of a dialogue, {text} else. */
function said() {
  return mode() === "dialogue" ? dialogue.toSsml(dialogue.lines()) : { text: text.value };
}

const isEmpty = () => (mode() === "dialogue" ? !dialogue.lines().length : !text.value.trim());

function showCount() {
  const letters = isEmpty() ? 0 : [...said().text].length;
  const output = field("count");
  output.textContent = Number.isFinite(maxChars) ? `${count(letters)} / ${count(maxChars)}` : count(letters);
  output.toggleAttribute("data-over", letters > maxChars);
  text.setAttribute("aria-invalid", String(letters > maxChars));
}

function showTuning() {
  field("speed-words").textContent = `${Number(field("speed").value)}×`;
  const pitch = Number(field("pitch").value);
  const words = pitch ? `${signed(pitch)} semitones` : "as it is";
  field("pitch-words").textContent = words;
  field("pitch").setAttribute("aria-valuetext", words);
}

/** What is wrong with the form, in words, and how to get to where it is mended. */
function findMistake() {
  if (isEmpty()) return ["There is nothing to say", "Write a text first.", focusText];
  const letters = [...said().text].length;
  if (letters > maxChars) {
    const marked = mode() === "dialogue" ? " with its markup" : "";
    return ["The text is too long", `It has ${count(letters)} characters${marked}; up to ${count(maxChars)} are accepted.`, focusText];
  }
  if (mode() === "several" && !choices.many().length) {
    return ["Nobody is chosen", "Tick one voice or more.", () => find("#several input").focus()];
  }
  const seed = field("seed").value.trim();
  if (seed && !(/^\d+$/.test(seed) && Number(seed) <= MAX_SEED)) {
    const detail = `A seed is a whole number from 0 to ${count(MAX_SEED)}, or nothing at all.`;
    return ["That is no seed", detail, () => field("seed").focus()];
  }
  return null;
}

/** Whether the form can be sent; shows what is wrong with it where it cannot. */
function isReady() {
  const mistake = findMistake();
  if (!mistake) {
    showProblem(problem, null);
    return true;
  }
  const [title, detail, goThere] = mistake;
  showProblem(problem, { title, detail });
  goThere();
  return false;
}

function submit(event) {
  event.preventDefault();
  if (!isReady()) return;
  const seed = field("seed").value.trim();
  const { text: sent, lines } = said();
  const body = {
    text: sent,
    language: choices.spoken().code,
    speed: Number(field("speed").value),
    pitch: Number(field("pitch").value),
    format: field("format").value,
    ...(seed ? { seed: Number(seed) } : {}),
  };
  const told = { onrefused: refuse };
  if (mode() === "dialogue") {
    const names = [...new Set(lines.map(({ shown }) => shown))];
    jobs.add({ route: "tts", body: { ...body, input_type: "ssml" }, voice: names.join(", "), lines }, told);
  } else if (mode() === "several") {
    // One seed for all, so that nothing but the voice differs.
    const same = { ...body, seed: body.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] };
    jobs.addGroup(choices.many().map((who) => asked(same, who)), told);
  } else jobs.add(asked(body, choices.one()), told);
}

function asked(body, { name, speaker, voice_id, record }) {
  const whose = { ...(speaker ? { speaker } : {}), ...(voice_id === undefined ? {} : { voice_id }) };
  return { route: voice_id === undefined ? "tts" : "clone", body: { ...body, ...whose }, voice: name, record };
}

/** Puts an earlier request back into the form. */
function fill({ body, seed, lines }) {
  setMode(lines ? "dialogue" : "one");
  choices.fill(body);
  if (lines) dialogue.set(lines.map(({ value, text: line }) => ({ value, text: line })));
  else text.value = body.text;
  for (const name of FIELDS) field(name).value = body[name];
  field("seed").value = body.seed ?? seed ?? "";
  change();
  showTuning();
  focusText();
}

/** What is asked how it will be read, or null where the form is not ready. */
function toBeRead() {
  if (!isReady()) return null;
  const { speaker, voice_id } = mode() === "several" ? choices.many()[0] : choices.one();
  const base = { text: said().text, language: choices.spoken().code };
  if (mode() === "dialogue") return { ...base, input_type: "ssml" };
  return { ...base, ...(speaker && !(mode() === "several" && voice_id) ? { speaker } : {}) };
}

function useExample() {
  if (mode() === "dialogue") dialogue.example();
  else text.value = choices.spoken().example;
  change();
  focusText();
}

choices.start(change);
dialogue.start(change);
reading.start(toBeRead, refuse);
jobs.onReuse(fill);
form.addEventListener("submit", submit);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
text.addEventListener("input", change);
for (const input of form.elements.mode) input.addEventListener("change", showMode);
for (const name of ["speed", "pitch"]) field(name).addEventListener("input", showTuning);
find("#example").addEventListener("click", useExample);
if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".modifier")) key.textContent = "⌘";
}
showTuning();
showMode();
