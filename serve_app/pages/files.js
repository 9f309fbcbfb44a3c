// Files that are dropped on the page, or chosen: a text to speak, or recordings for a voice.

import * as composer from "./composer.js";
import { find } from "./dom.js";
import * as register from "./register.js";
import { size } from "./words.js";

const TEXTS = /^text\/|^application\/(x-subrip|json|xml)$/;
const TEXT_NAMES = /\.(txt|text|md|markdown|rst|srt|vtt)$/i;
const SOUNDS = /^(audio|video)\/|^application\/ogg$/;
const SOUND_NAMES = /\.(wav|mp3|flac|ogg|oga|opus|m4a|aac|webm)$/i;
const BYTES_A_CHAR = 4; // of UTF-8, at most

const shade = find("#dropping");
const input = find("#text-file");

let maxBytes = 80_000;
let over = 0; // elements that the file is dragged over: each inner one enters and leaves, too

export function start({ max_text_chars }) {
  maxBytes = BYTES_A_CHAR * max_text_chars;
  addEventListener("dragenter", (event) => look(event, 1));
  addEventListener("dragleave", (event) => look(event, -1));
  addEventListener("dragover", (event) => isOurs(event) && event.preventDefault());
  addEventListener("drop", take);
  find("#open-text").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) read(input.files[0]);
    input.value = "";
  });
}

/** A dialog takes what is dropped on it by itself; text that is dragged is the browser's. */
function isOurs(event) {
  return event.dataTransfer?.types.includes("Files") && !find("dialog[open]");
}

function look(event, by) {
  if (!isOurs(event)) return;
  event.preventDefault();
  over = Math.max(0, over + by);
  shade.hidden = over === 0;
}

function take(event) {
  over = 0;
  shade.hidden = true;
  if (!isOurs(event)) return;
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  const sounds = files.filter(({ type, name }) => SOUNDS.test(type) || SOUND_NAMES.test(name));
  if (sounds.length) register.openWith(sounds);
  else if (files.length) read(files[0]);
}

async function read(file) {
  const { name, type } = file;
  if (!TEXTS.test(type) && !TEXT_NAMES.test(name)) {
    composer.refuse({ title: "That is no text", detail: `${name} is not a text file, and no recording.` });
  } else if (file.size > maxBytes) {
    const detail = `${name} has ${size(file.size)}. The command “phonex book” makes an audio book of a long text.`;
    composer.refuse({ title: "The text is too long", detail });
  } else {
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      if (text.includes("\0")) throw new TypeError("no text");
      composer.useText(text.trim(), name);
    } catch {
      composer.refuse({ title: "That is no text", detail: `${name} is not written in UTF-8.` });
    }
  }
}
