// The form: a text, a language, a voice, and how to say it.

import { sendJson } from "./api.js";
import { find, make, showProblem } from "./dom.js";
import * as jobs from "./jobs.js";
import * as reading from "./reading.js";
import { LANGUAGES, count, languageName, languageTag, signed, speakerName } from "./words.js";

const VOICE = "voice:";
const MAX_SEED = 2 ** 32 - 1;

const text = find("#text");
const language = find("#language");
const voice = find("#voice");
const base = find("#base"); // whose accent and rhythm a voice of one's own takes
const problem = find("#compose-problem");
const field = (name) => find(`#${name}`);

let speakers = {};
let voices = [];
let maxChars = Infinity;

export function start(limits) {
  maxChars = limits.max_text_chars;
  showCount();
}

/** Asks which languages and speakers there are. */
export async function load(options) {
  ({ speakers } = await sendJson("tts/speakers", options));
  const chosen = language.value;
  language.replaceChildren(
    ...Object.keys(speakers).map((code) =>
      make("option", { value: code, lang: languageTag(code) }, languageName(code)),
    ),
  );
  if (speakers[chosen]) language.value = chosen;
  showLanguage();
}

export function setVoices(items) {
  voices = items;
  showVoices();
}

export function useVoice(id) {
  voice.value = VOICE + id;
  showBase();
  text.focus();
}

function showVoices() {
  const chosen = voice.value;
  const own = voices.map(({ voice_id, name }) => make("option", { value: VOICE + voice_id }, name));
  const built = (speakers[language.value] ?? []).map((speaker) =>
    make("option", { value: speaker }, speakerName(speaker, language.value)),
  );
  voice.replaceChildren(
    ...(own.length ? [make("optgroup", { label: "Your voices" }, ...own)] : []),
    make("optgroup", { label: `Built in, ${languageName(language.value)}` }, ...built),
  );
  choose(voice, chosen, built[0]?.value);
  const chosenBase = base.value;
  base.replaceChildren(
    make("option", { value: "" }, "whoever is nearest"),
    ...built.map((option) => option.cloneNode(true)),
  );
  choose(base, chosenBase, "");
  showBase();
}

/** Chooses an option where there is one of this value. */
function choose(select, value, otherwise = "") {
  select.value = [...select.options].some((option) => option.value === value) ? value : otherwise;
}

function isCloned() {
  return voice.value.startsWith(VOICE);
}

function showBase() {
  find("#base-field").hidden = !isCloned();
}

function showLanguage() {
  const tag = languageTag(language.value);
  text.lang = tag;
  text.placeholder = LANGUAGES[language.value]?.example ?? "Type here";
  find("#example").hidden = !LANGUAGES[language.value];
  showVoices();
}

function showCount() {
  const letters = [...text.value].length;
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

/** What is wrong with the form, in words, and the control to mend it in. */
function findMistake() {
  const letters = [...text.value].length;
  if (!text.value.trim()) return ["There is nothing to say", "Write a text first.", text];
  if (letters > maxChars) {
    return ["The text is too long", `It has ${count(letters)} characters; up to ${count(maxChars)} are accepted.`, text];
  }
  const seed = field("seed").value.trim();
  if (seed && !(/^\d+$/.test(seed) && Number(seed) <= MAX_SEED)) {
    return ["That is no seed", `A seed is a whole number from 0 to ${count(MAX_SEED)}, or nothing at all.`, field("seed")];
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
  const [title, detail, control] = mistake;
  showProblem(problem, { title, detail });
  control.focus();
  return false;
}

function submit(event) {
  event.preventDefault();
  if (!isReady()) return;
  const seed = field("seed").value.trim();
  const body = {
    text: text.value,
    language: language.value,
    speed: Number(field("speed").value),
    pitch: Number(field("pitch").value),
    format: field("format").value,
    ...(seed ? { seed: Number(seed) } : {}),
  };
  const cloned = isCloned();
  if (cloned) body.voice_id = voice.value.slice(VOICE.length);
  const speaker = cloned ? base.value : voice.value;
  if (speaker) body.speaker = speaker;
  const said = voice.selectedOptions[0]?.textContent ?? "";
  jobs.add({ route: cloned ? "clone" : "tts", body, voice: said }, {
    onrefused: (refusal) => showProblem(problem, refusal),
    onreuse: fill,
  });
}

/** Puts an earlier request back into the form. */
function fill({ body, seed }) {
  text.value = body.text;
  language.value = body.language;
  showLanguage();
  reading.hide();
  voice.value = body.voice_id ? VOICE + body.voice_id : (body.speaker ?? voice.options[0]?.value);
  if (!voice.value) voice.selectedIndex = 0; // the voice is gone
  choose(base, body.voice_id ? body.speaker : "");
  showBase();
  for (const name of ["speed", "pitch", "format"]) field(name).value = body[name];
  field("seed").value = body.seed ?? seed ?? "";
  showCount();
  showTuning();
  text.focus();
}

/** What is asked how it will be read, or null where the form is not ready. */
function toBeRead() {
  if (!isReady()) return null;
  const speaker = isCloned() ? base.value : voice.value;
  return { text: text.value, language: language.value, ...(speaker ? { speaker } : {}) };
}

reading.start(toBeRead, (refusal) => showProblem(problem, refusal));
jobs.onReuse(fill);
field("compose").addEventListener("submit", submit);
text.addEventListener("input", () => {
  showCount();
  reading.hide();
  showProblem(problem, null);
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field("compose").requestSubmit();
});
language.addEventListener("change", () => {
  showLanguage();
  reading.hide();
});
voice.addEventListener("change", () => {
  showBase();
  reading.hide();
});
base.addEventListener("change", reading.hide);
for (const name of ["speed", "pitch"]) field(name).addEventListener("input", showTuning);
find("#example").addEventListener("click", () => {
  text.value = LANGUAGES[language.value].example;
  showCount();
  reading.hide();
  showProblem(problem, null);
  text.focus();
});
if (/Mac|iP(hone|ad)/.test(navigator.platform)) find("#modifier").textContent = "⌘";
showTuning();
