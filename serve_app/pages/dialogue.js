// A dialogue: lines, each with a speaker of its own. The service gets it as SSML.

import * as choices from "./choices.js";
import { find, iconButton, make } from "./dom.js";
import { DIALOGUE, languageTag } from "./words.js";

const BETWEEN = '<break time="300ms"/>';
const TONES = 6; // colours that tell speakers apart
const NAMED = /^\s*([\p{L}\p{N}][\p{L}\p{N} ._'-]{0,30}?)\s*[:：]\s+(?=\S)/u; // "Ada: hello"

const list = find("#lines");
let changed = () => {};

export function start(onChange) {
  changed = onChange;
  find("#add-line").addEventListener("click", () => addAfter(list.lastElementChild));
  list.addEventListener("input", () => changed());
}

/** The offer of speakers changed, or its names. */
export function refresh() {
  for (const item of list.children) {
    const select = find("select", item);
    choose(select, select.dataset.wanted ?? select.value);
  }
  if (!list.children.length) set([]);
  renumber();
}

/** Offers every speaker, and chooses one: as soon as it is offered, where it is not yet. */
function choose(select, value) {
  select.replaceChildren(...choices.lineOptions());
  select.value = value;
  if (select.value) delete select.dataset.wanted;
  else {
    select.dataset.wanted = value;
    select.selectedIndex = 0;
  }
}

/** Puts up lines of {value, text}; two empty ones where there are none. */
export function set(lines) {
  const own = choices.chosen();
  const wanted = lines.length ? lines : [{ value: own, text: "" }, { value: null, text: "" }];
  list.replaceChildren(...wanted.map(({ value, text }, index) => itemOf(value ?? other(own, index), text)));
  renumber();
  changed();
}

/** What is written, without empty lines: {value, name, language, shown, text}. */
export function lines() {
  return [...list.children]
    .map((item) => ({ value: find("select", item).value, text: find("textarea", item).value.trim() }))
    .filter(({ text }) => text)
    .map((line) => ({ ...line, ...choices.lineSpeaker(line.value) }));
}

export function focus() {
  find("textarea", list)?.focus();
}

/** Lines of a text, "Ada: hello" by who says it: each name is somebody else. */
export function take(text) {
  const written = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const names = written.map((line) => line.match(NAMED)?.[1].toLowerCase() ?? "");
  const cast = castOf(new Set(names.filter(Boolean)));
  set(written.map((line, index) => ({ value: cast.get(names[index]) ?? null, text: line.replace(NAMED, "") })));
}

/** Who speaks for each name: whoever is called so, else somebody of the chosen language who is free. */
function castOf(names) {
  const offered = [...find("select", list).options].map(({ value, textContent }) => [value, textContent.toLowerCase()]);
  const here = offered.filter(([value]) => choices.lineSpeaker(value).language === choices.spoken().code);
  const cast = new Map();
  for (const name of names) {
    const known = offered.find(([value, shown]) => value.toLowerCase() === name || shown === name);
    if (known) cast.set(name, known[0]);
  }
  for (const name of names) {
    if (cast.has(name)) continue;
    const taken = new Set(cast.values());
    const [free] = [...here, ...offered].find(([value]) => !taken.has(value)) ?? here[0];
    cast.set(name, free);
  }
  return cast;
}

/** A conversation in the language that is chosen, and in another one. */
export function example() {
  const here = choices.spoken().code;
  const there = ["FR", "EN", "ES"].find((code) => code !== here && choices.firstSpeaker(code));
  const spoken = [here, there ?? here];
  set(DIALOGUE.map(({ by, ...said }) => {
    const code = spoken[by];
    const first = choices.firstSpeaker(code);
    return { value: by && code === here ? other(first, 1) : first, text: said[code] ?? said.EN };
  }));
}

/**
 * Lines as SSML: {text, lines}. Each line gets `at`: where each of its characters stands in that
 * text, in code points.
 */
export function toSsml(written) {
  let text = "";
  let length = 0;
  const add = (part) => {
    text += part;
    length += [...part].length;
  };
  add("<speak>");
  const placed = written.map((line, index) => {
    if (index) add(BETWEEN);
    add(`<voice name="${escaped(line.name)}" xml:lang="${languageTag(line.language)}">`);
    const at = [...line.text].map((letter) => {
      const here = length;
      add(escaped(letter));
      return here;
    });
    add("</voice>");
    return { ...line, at };
  });
  add("</speak>");
  return { text, lines: placed };
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const UNWRITABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu; // that XML has no place for

const escaped = (text) => text.replace(UNWRITABLE, " ").replace(/[&<>"]/g, (sign) => ENTITIES[sign]);

/** What stands for a stretch of that SSML. */
export function unescaped(text) {
  return text.replace(/&(amp|lt|gt|quot);/g, (entity) => Object.keys(ENTITIES).find((sign) => ENTITIES[sign] === entity));
}

/** By which colour each of several speakers is known. */
export function tones(names) {
  return new Map([...new Set(names)].map((name, index) => [name, String(index % TONES)]));
}

// The lines on the page

function itemOf(value, text) {
  const select = make("select", {});
  choose(select, value ?? "");
  const box = make("textarea", { rows: "1", dir: "auto", spellcheck: true }, text);
  const item = make("li", {}, make("i", { class: "tone", "aria-hidden": "true" }), select, box, iconButton("close", "Remove this line", () => drop(item)));
  select.addEventListener("change", () => {
    delete select.dataset.wanted;
    renumber();
    changed();
  });
  box.addEventListener("keydown", (event) => press(event, item, box));
  box.addEventListener("paste", (event) => paste(event, box));
  return item;
}

function press(event, item, box) {
  if (event.isComposing) return; // an input method takes the key
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    addAfter(item);
  } else if (event.key === "Backspace" && !box.value && list.children.length > 1) {
    event.preventDefault();
    drop(item);
  }
}

/** Many lines at once, into a dialogue that is still empty. */
function paste(event, box) {
  const text = event.clipboardData.getData("text/plain");
  if (!/\n\s*\S/.test(text) || lines().length || box.value) return;
  event.preventDefault();
  take(text);
}

function addAfter(item) {
  const before = [...list.children].indexOf(item);
  const values = [...list.children].map((one) => find("select", one).value);
  const fresh = itemOf(values[before - 1] ?? other(values[before], 1), "");
  item.after(fresh);
  renumber();
  changed();
  find("textarea", fresh).focus();
}

function drop(item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  if (!next) {
    find("textarea", item).value = "";
    find("textarea", item).focus();
  } else {
    item.remove();
    find("textarea", next).focus();
  }
  renumber();
  changed();
}

/** Somebody else who speaks the same language, for every second line. */
function other(value, index) {
  if (index % 2 === 0) return value;
  const { language } = choices.lineSpeaker(value ?? "");
  const options = choices.lineOptions().flatMap((group) => [...group.children].map((option) => option.value));
  return options.find((one) => one !== value && choices.lineSpeaker(one).language === language) ?? value;
}

function renumber() {
  const items = [...list.children];
  const colours = tones(items.map((item) => find("select", item).value));
  items.forEach((item, index) => {
    const select = find("select", item);
    const { language } = choices.lineSpeaker(select.value);
    const box = find("textarea", item);
    item.dataset.tone = colours.get(select.value);
    select.setAttribute("aria-label", `Who says line ${index + 1}`);
    box.setAttribute("aria-label", `Line ${index + 1}`);
    box.lang = languageTag(language);
    box.placeholder = index ? "…" : "What is said first";
    find("button", item).setAttribute("aria-label", `Remove line ${index + 1}`);
  });
}
