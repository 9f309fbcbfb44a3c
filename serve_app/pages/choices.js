// Who speaks, in which language: one voice, or several side by side.

import { sendJson } from "./api.js";
import { find, make } from "./dom.js";
import { LANGUAGES, kindOf, languageName, languageTag, shortName, speakerName } from "./words.js";

const VOICE = "voice:";
const AT_FIRST = 3; // voices that are compared before somebody chooses
export const MOST_SEVERAL = 8;

const language = find("#language");
const voice = find("#voice");
const base = find("#base"); // whose accent and rhythm a voice of one's own takes
const several = find("#several");

let speakers = {};
let voices = [];
let told = () => {};

/** `onChange()` is called whenever somebody else would speak. */
export function start(onChange) {
  told = onChange;
  language.addEventListener("change", () => {
    showVoices();
    told();
  });
  for (const control of [voice, base]) {
    control.addEventListener("change", () => {
      showBase();
      told();
    });
  }
  several.addEventListener("change", showSeveral);
}

/** Asks which languages and speakers there are. */
export async function load(options) {
  ({ speakers } = await sendJson("tts/speakers", options));
  const chosen = language.value;
  language.replaceChildren(...Object.keys(speakers).map((code) =>
    make("option", { value: code, lang: languageTag(code) }, languageName(code))));
  if (speakers[chosen]) language.value = chosen;
  showVoices();
  told();
}

export function setVoices(items) {
  voices = items;
  showVoices();
  told();
}

export const languages = () => Object.keys(speakers);
export const firstSpeaker = (code) => speakers[code]?.[0];

/** Chooses a registered voice. */
export function use(id) {
  voice.value = VOICE + id;
  showBase();
  told();
}

/** Who speaks, as a value of `options`: {voice, record} of a voice of one's own, or {speaker}. */
function whoIs(value) {
  if (!value.startsWith(VOICE)) return { speaker: value };
  const id = value.slice(VOICE.length);
  return { voice_id: id, record: voices.find(({ voice_id }) => voice_id === id)?.record_id };
}

/** The one who speaks: {speaker, voice_id, record, name}, what is absent left out. */
export function one() {
  const who = { ...whoIs(voice.value), name: nameOf(voice.value) };
  if (who.voice_id !== undefined && base.value) who.speaker = base.value;
  return who;
}

/** The same, as a line of a dialogue has it. */
export const chosen = () => voice.value;

/** All that are ticked, in the same form. */
export function many() {
  return ticked().map(({ value }) => ({ ...whoIs(value), name: nameOf(value) }));
}

/** Of a line of a dialogue: {name, language, shown}, as SSML names it. */
export function lineSpeaker(value) {
  const own = value.startsWith(VOICE);
  const [code] = own ? [language.value] : languages().filter((one) => speakers[one].includes(value));
  return { name: own ? value.slice(VOICE.length) : value, language: code ?? language.value, shown: nameOf(value) };
}

/** What a select offers for one line: voices of one's own, and all base speakers. */
export function lineOptions() {
  const built = languages().map((code) => make("optgroup", { label: languageName(code) },
    ...speakers[code].map((value) => make("option", { value }, shortName(value, code)))));
  return [...ownGroup(), ...built];
}

/** Puts an earlier request back. */
export function fill({ language: code, voice_id, speaker }) {
  language.value = code;
  showVoices();
  const known = voices.some((one) => one.voice_id === voice_id);
  voice.value = voice_id ? VOICE + voice_id : (speaker ?? voice.options[0]?.value);
  if (!voice.value || (voice_id && !known)) voice.selectedIndex = 0; // the voice is gone
  choose(base, voice_id ? speaker : "");
  showBase();
  told();
}

function nameOf(value) {
  if (value.startsWith(VOICE)) {
    const id = value.slice(VOICE.length);
    return voices.find(({ voice_id }) => voice_id === id)?.name ?? id;
  }
  const code = languages().find((one) => speakers[one].includes(value));
  return code ? shortName(value, code) : value;
}

function ownGroup() {
  const own = voices.map(({ voice_id, name }) => make("option", { value: VOICE + voice_id }, name));
  return own.length ? [make("optgroup", { label: "Your voices" }, ...own)] : [];
}

function builtIn(code) {
  return (speakers[code] ?? []).map((speaker) => make("option", { value: speaker }, speakerName(speaker, code)));
}

function showVoices() {
  const code = language.value;
  const chosen = voice.value;
  const built = builtIn(code);
  voice.replaceChildren(...ownGroup(), make("optgroup", { label: `Built in, ${languageName(code)}` }, ...built));
  choose(voice, chosen, built[0]?.value);
  const chosenBase = base.value;
  base.replaceChildren(
    make("option", { value: "" }, "whoever is nearest"), ...built.map((option) => option.cloneNode(true)));
  choose(base, chosenBase, "");
  showBase();
  showChips([...voice.options].map(({ value }) => value));
}

/** Chooses an option where there is one of this value. */
function choose(select, value, otherwise = "") {
  select.value = [...select.options].some((option) => option.value === value) ? value : otherwise;
}

function showBase() {
  find("#base-field").hidden = !voice.value.startsWith(VOICE) || several.dataset.on === "true";
}

// Several voices

function showChips(offered) {
  const before = new Set(ticked().map(({ value }) => value));
  const kept = offered.filter((value) => before.has(value));
  const on = new Set(kept.length ? kept : varied(offered));
  find("#several-list").replaceChildren(...offered.map((value) => {
    const kind = kindOf(value);
    return make("label", { class: "chip" },
      make("input", { type: "checkbox", value, checked: on.has(value) }),
      make("span", {}, nameOf(value), kind ? make("small", {}, ` ${kind}`) : null));
  }));
  showSeveral();
}

/** Some that differ: voices of one's own, and one of each kind. */
function varied(offered) {
  const own = offered.filter((value) => value.startsWith(VOICE));
  const kinds = Map.groupBy(offered.filter((value) => !value.startsWith(VOICE)), kindOf);
  const each = kinds.size > 1 ? [...kinds.values()].map(([first]) => first) : [...kinds.values()].flat();
  return [...own.slice(0, 1), ...each].slice(0, AT_FIRST);
}

function ticked() {
  return [...several.querySelectorAll("input:checked")];
}

function showSeveral() {
  const number = ticked().length;
  find("#several-count").textContent = `${number} of ${MOST_SEVERAL} at most`;
  for (const input of several.querySelectorAll("input:not(:checked)")) input.disabled = number >= MOST_SEVERAL;
}

/** What the chosen mode needs is shown: "one", "several" or "dialogue". */
export function showFor(mode) {
  several.dataset.on = String(mode === "several");
  several.hidden = mode !== "several";
  find("#voice-field").hidden = mode !== "one";
  // In a dialogue each base speaker has a language; voices of one's own speak the chosen one.
  find("#language-field span").textContent = mode === "dialogue" ? "Your voices speak" : "Language";
  find("#language-field").hidden = mode === "dialogue" && !voices.length;
  showBase();
  if (mode !== "one") find("#base-field").hidden = true;
}

/** How the chosen language is written, and an example of it. */
export function spoken() {
  const code = language.value;
  return { code, tag: languageTag(code), example: LANGUAGES[code]?.example };
}
