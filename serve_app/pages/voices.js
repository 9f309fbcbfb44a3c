// The registered voices: listed, used, looked at, deleted.

import { send, sendJson } from "./api.js";
import { announce, ask, find, icon, iconButton, make, showProblem } from "./dom.js";
import * as composer from "./composer.js";
import { forget } from "./originals.js";
import { qualityWords } from "./words.js";

const problem = find("#voices-problem");

export async function load(options) {
  try {
    const { items } = await sendJson("voice/list", {
      ...options,
      onWait: (error, secondsLeft) => showProblem(problem, error, { secondsLeft }),
    });
    showProblem(problem, null);
    show(items);
  } catch (error) {
    if (error.status !== 401) showProblem(problem, error);
  } finally {
    find("#voices-loading").hidden = true;
  }
}

function show(items) {
  composer.setVoices([...items].reverse());
  find("#voices-empty").hidden = items.length > 0;
  find("#add-voice").hidden = items.length === 0;
  find("#voice-list").replaceChildren(...items.map(itemOf).reverse());
}

function itemOf(voice) {
  return make("li", {},
    make("div", { class: "voice-top" },
      make("span", { class: "voice-name", title: voice.name }, voice.name),
      make("button", {
        type: "button", class: "quiet", "aria-label": `Use ${voice.name}`,
        onclick: () => composer.useVoice(voice.voice_id),
      }, "Use"),
      iconButton("delete", `Delete ${voice.name}`, () => remove(voice))),
    make("details", {},
      make("summary", {}, `${voice.speech_seconds.toFixed(0)} s of speech, ${dateOf(voice.created_at)}`),
      ...report(voice)));
}

/** What was heard in the recordings of a voice, in words. */
export function report({ quality, consent, consent_evidence: evidence }) {
  const parts = quality.flatMap((sample, index) => [
    quality.length > 1 ? make("h3", {}, `Recording ${index + 1}`) : null,
    make("dl", { class: "report" },
      ...qualityWords(sample).flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)])),
    sample.warnings.length
      ? make("ul", { class: "advice" },
          ...sample.warnings.map((warning) => make("li", {}, icon("alert"), make("span", {}, upperFirst(warning)))))
      : null,
  ]);
  const stated = consent ? `Consent was stated.${evidenceWords(evidence)}` : "Consent was not stated.";
  return [...parts.filter(Boolean), make("p", { class: "fine" }, stated)];
}

/** Who agreed, and what shows it, where more was told than that somebody did. */
function evidenceWords(evidence) {
  if (!evidence || (!evidence.speaker && evidence.kind === "statement")) return "";
  const shown = { recording: ", in a recording", words: `: “${evidence.words}”`, statement: "" };
  const who = evidence.speaker || "The speaker";
  return ` ${who} agreed${shown[evidence.kind]} (stated on ${dateOf(evidence.stated_at)}).`;
}

const upperFirst = (words) => words.charAt(0).toUpperCase() + words.slice(1) + ".";

function dateOf(seconds) {
  return new Date(seconds * 1000).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

async function remove({ voice_id, name, record_id }) {
  const words = "The service forgets it for good. Audio made with it stays.";
  if (!(await ask(`Delete the voice “${name}”?`, words, "Delete"))) return;
  try {
    await send(`voice/${encodeURIComponent(voice_id)}`, { method: "DELETE" });
  } catch (error) {
    if (error.status !== 404) {
      showProblem(problem, error);
      return;
    }
  }
  await forget(record_id);
  announce(`The voice ${name} is deleted.`);
  await load();
  find("#voices-title").focus();
}
