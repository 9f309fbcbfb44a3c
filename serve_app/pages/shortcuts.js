// Single keys, listed by "?". They can be switched off: who dictates must not trigger them.

import { find } from "./dom.js";
import * as composer from "./composer.js";
import * as jobs from "./jobs.js";
import { current } from "./player.js";

const OFF = "phonex.keys-off";
const STEP_S = 5;
const MODES = { o: "one", c: "several", d: "dialogue" };

const dialog = find("#keys");
const on = find("#keys-on");

export function start() {
  on.checked = read() !== "1";
  on.addEventListener("change", () => write(on.checked ? "0" : "1"));
  find("#open-keys").addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", press);
}

function press(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyped(target) || find("dialog[open]")) return;
  if (key !== "?" && !on.checked) return;
  if (act(key, target)) event.preventDefault();
}

/** Whether a key belongs to what has the focus. */
function isTyped(target) {
  return target.matches?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
}

/** Whether a key was one of ours. */
function act(key, target) {
  const player = current() ?? jobs.playable()[0]?.player;
  const card = jobs.cardOf(player);
  const lower = key.toLowerCase();
  if (key === "?") dialog.showModal();
  else if (key === "/") composer.focusText();
  else if (lower in MODES) composer.setMode(MODES[lower]);
  else if (!player) return false;
  else if (lower === "k" || (key === " " && !target.closest?.("button, a, summary, input, [role=slider]"))) player.toggle();
  else if (lower === "j" || lower === "l") move(player, lower === "j" ? -STEP_S : STEP_S);
  else if (lower === "x") swap(card);
  else if (lower === "r") card?.read();
  else if (/^[1-9]$/.test(key)) choose(card, Number(key) - 1);
  else return false;
  return true;
}

function move(player, seconds) {
  player.seekTo(player.audio.currentTime + seconds).catch((error) => player.onproblem?.(error));
}

/** From a clone to its original and back, or to the next of several voices. */
function swap(card) {
  if (card?.original?.open) card.original.swap();
  else if (card?.group) card.group.swap(1);
  else card?.original?.toggle();
}

/** One of several voices, or of the whole list. */
function choose(card, index) {
  if (card?.group) card.group.swapTo(index);
  else jobs.playable()[index]?.player.toggle();
}

function read() {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    localStorage.setItem(OFF, value);
  } catch {
    // It holds for this visit.
  }
}
