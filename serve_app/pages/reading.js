// How a text is read, word by word, on demand: before it is spoken, and after.

import { Problem, postJson } from "./api.js";
import { unescaped } from "./dialogue.js";
import { find, make } from "./dom.js";
import { languageTag } from "./words.js";

const button = find("#read");
const place = find("#reading");

let asked = 0; // how often: an answer that comes late is for a text that is gone

/**
 * `toBeRead()` gives the request, or null where it told what is wrong; `onRefused(problem)` shows
 * what the service has against it.
 */
export function start(toBeRead, onRefused) {
  button.addEventListener("click", async () => {
    if (!place.hidden) {
      hide();
      return;
    }
    const body = toBeRead();
    if (!body) return;
    asked += 1;
    const mine = asked;
    button.setAttribute("aria-busy", "true");
    try {
      const shown = await readingOf(body);
      if (mine !== asked) return;
      place.replaceChildren(...shown);
      place.hidden = false;
      button.setAttribute("aria-expanded", "true");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === asked) onRefused(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

export function hide() {
  asked += 1;
  place.hidden = true;
  place.replaceChildren();
  button.setAttribute("aria-expanded", "false");
}

/** The words that are said, beside the written ones. Throws a Problem. */
export async function readingOf(body) {
  const { language, words, warnings } = await postJson("tts/read", body);
  const letters = [...body.text]; // code points, which the offsets count
  const readable = body.input_type === "ssml" ? unescaped : (text) => text;
  const stretches = byStretch(words).map(({ start, end, said }) => {
    const written = readable(letters.slice(start, end).join(""));
    const heard = said.map((word) => word.said).join(" ");
    const phones = said.map((word) => word.phones ?? "").join(" ").trim();
    const changed = heard.toLowerCase() !== written.toLowerCase();
    return make("li", { class: changed ? "changed" : null },
      make("span", { lang: languageTag(said[0].language ?? language), dir: "auto" }, heard),
      make("small", { dir: "auto" }, changed ? written : ""),
      phones ? make("code", {}, phones) : null);
  });
  return [make("ol", {}, ...stretches), ...warnings.map((warning) => make("p", { class: "hint" }, warning))];
}

/** Words that stand for one stretch of the text, together. */
function byStretch(words) {
  const stretches = [];
  for (const word of words) {
    const last = stretches.at(-1);
    if (last && word.start < last.end) {
      last.end = Math.max(last.end, word.end);
      last.said.push(word);
    } else stretches.push({ start: word.start, end: word.end, said: [word] });
  }
  return stretches;
}
