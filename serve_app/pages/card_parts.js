// What stands in an entry of the list beside its player.

import { key } from "./api.js";
import { tones } from "./dialogue.js";
import { icon, make } from "./dom.js";
import { clock, languageName, languageTag, signed } from "./words.js";

const LIKENESS = {
  same: "As alike as recordings of one person",
  between: "Less alike than one person, more than two",
  others: "No more alike than two people",
};

/** What is said: {element, parts}, the parts as ReadAlong takes them. */
export function saidOf({ body, lines }) {
  if (!lines) {
    const element = make("p", { class: "said", lang: languageTag(body.language), dir: "auto" }, body.text);
    return { element, parts: [{ element, at: null }] };
  }
  const colours = tones(lines.map(({ value }) => value));
  const parts = lines.map(({ text, language, at }) =>
    ({ element: make("span", { class: "line", lang: languageTag(language), dir: "auto" }, text), at }));
  const shown = lines.map(({ shown, value }, index) =>
    make("p", { "data-tone": colours.get(value) }, make("b", {}, shown), parts[index].element));
  return { element: make("div", { class: "said dialogue" }, ...shown), parts };
}

/** Language, voice, length and what is not as usual. */
export function factsOf({ body, seconds, voice, lines }, inGroup) {
  const language = make("span", { lang: languageTag(body.language) }, languageName(body.language));
  const facts = [...(inGroup || lines ? [] : [voice]), ...(seconds ? [clock(seconds)] : []), body.format.toUpperCase()];
  if (body.speed !== 1) facts.push(`${body.speed}×`);
  if (body.pitch) facts.push(`${signed(body.pitch)} st`);
  const first = lines ? `${lines.length === 1 ? "1 line" : `${lines.length} lines`}` : inGroup ? null : language;
  return make("p", { class: "facts" }, first, [...(first ? [""] : []), ...facts].join(" · "));
}

/** What the service said of the job beside doing it. */
export function adviceOf({ warnings }) {
  if (!warnings?.length) return null;
  return make("ul", { class: "advice", "aria-label": "Warnings" },
    ...warnings.map((words) => make("li", {}, icon("alert"), make("span", { dir: "auto" }, words))));
}

/** How alike a clone is to its voice, between two people and one; nothing where it was not heard. */
export function likenessOf({ similarity }) {
  if (typeof similarity?.cosine !== "number") return null;
  const { cosine, model, same, others, verdict } = similarity;
  const range = { low: others.to, high: same.from, optimum: 1, value: Math.max(0, cosine) };
  const title = `${model}: of 20 pairs of one person, 19 have ${same.from} or more; of two, ${others.to} or less.`;
  return make("p", { class: "likeness", title },
    make("meter", { ...range, "aria-label": "Likeness to the voice" }),
    make("span", {}, `${LIKENESS[verdict]} (cosine ${cosine.toFixed(2)})`));
}

/** @param {() => Promise<Blob>} file what is downloaded, where a link alone cannot */
export function downloadLink({ id, body }, file, onproblem) {
  const link = make("a", {
    class: "icon", href: `audio/${id}`, download: `${id}.${body.format}`, "aria-label": "Download", title: "Download",
  }, icon("download"));
  link.addEventListener("click", async (event) => {
    if (!key.get() || link.href.startsWith("blob:")) return; // the browser fetches it by itself
    event.preventDefault(); // a link sends no key
    try {
      link.href = URL.createObjectURL(await file());
      link.click();
    } catch (error) {
      onproblem(error);
    }
  });
  return link;
}

export function shorten(text) {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 58).join("").trim()}…` : text;
}
