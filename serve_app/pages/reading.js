// How a text will be read, word by word, on demand.

import { Problem, postJson } from "./api.js";
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
      const read = await postJson("tts/read", body);
      if (mine === asked) show(read, [...body.text]);
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

/** `letters` are the text's code points, which the offsets count. */
function show({ language, words, warnings }, letters) {
  const stretches = byStretch(words).map(({ start, end, said }) => {
    const written = letters.slice(start, end).join("");
    const heard = said.map((word) => word.said).join(" ");
    const phones = said.map((word) => word.phones ?? "").join(" ").trim();
    return make(
      "li",
      { class: heard.toLowerCase() === written.toLowerCase() ? null : "changed" },
      make("span", { lang: languageTag(language) }, heard),
      make("small", {}, heard.toLowerCase() === written.toLowerCase() ? "" : written),
      phones ? make("code", {}, phones) : null,
    );
  });
  const told = warnings.map((warning) => make("p", { class: "hint" }, warning));
  place.replaceChildren(make("ol", {}, ...stretches), ...told);
  place.hidden = false;
  button.setAttribute("aria-expanded", "true");
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
