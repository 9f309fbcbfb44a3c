// The list of audio: what this browser has asked for, alone or several voices of one text together.

import { newKey } from "./api.js";
import { Card } from "./card.js";
import { ask, find, showProblem } from "./dom.js";
import { Group } from "./group.js";
import { entries, put, remove } from "./history.js";

const list = find("#jobs");
const cards = new Map();
const groups = new Map();

const inView = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (isIntersecting) cards.get(target.dataset.key)?.prefetch();
  }
});

let reuse = () => {};
export function onReuse(callback) {
  reuse = callback;
}

/** What a card may ask of the list. */
const owner = {
  reuse: (entry) => reuse(entry),
  watch: (element) => inView.observe(element),
  unwatch: (element) => inView.unobserve(element),
  dropped,
};

/** Puts up what this browser remembers, and goes on with what was unfinished. */
export function restore() {
  for (const entry of entries()) if (!cards.has(entry.key)) append(entry);
  showEmpty();
}

/** Goes on with what a missing key had stopped. */
export function resume() {
  for (const card of cards.values()) {
    showProblem(card.problem, card.entry.problem);
    if (card.player) inView.observe(card.element);
    card.follow();
  }
}

/** Sends a request and lists it. `onrefused(problem)` takes it back where the service refuses. */
export function add(request, { onrefused }) {
  const card = addOne(request, onrefused);
  showEmpty();
  // On a small screen it would come up below the fold, unseen.
  card.element.scrollIntoView({ block: "nearest" });
}

/** The same of several requests for one text, which are heard side by side. */
export function addGroup(requests, { onrefused }) {
  const group = newKey();
  for (const request of requests) addOne({ ...request, group }, onrefused);
  showEmpty();
  groups.get(group)?.element.scrollIntoView({ block: "nearest" });
}

function addOne(request, onrefused) {
  const entry = { ...request, key: newKey(), state: "sending", createdAt: Date.now() };
  put(entry);
  const card = append(entry, true);
  card.onrefused = onrefused;
  return card;
}

function append(entry, first = false) {
  let group = entry.group ? groups.get(entry.group) : null;
  if (entry.group && !group) {
    group = new Group(entry, owner);
    groups.set(entry.group, group);
    place(group.element, first);
  }
  const card = new Card(entry, owner, group);
  cards.set(entry.key, card);
  if (group) group.take(card, first);
  else place(card.element, first);
  card.follow();
  return card;
}

function place(element, first) {
  element.toggleAttribute("data-new", first);
  if (first) list.prepend(element);
  else list.append(element);
}

function dropped(card) {
  cards.delete(card.entry.key);
  remove(card.entry.key);
  const group = groups.get(card.entry.group);
  if (group?.lose(card)) groups.delete(card.entry.group);
  showEmpty();
}

function showEmpty() {
  find("#audio-empty").hidden = cards.size > 0;
  find("#clear").hidden = cards.size === 0;
}

export async function clear() {
  const words = "The audio itself stays on the service until it expires there. Unfinished work goes on.";
  if (!(await ask("Clear this list?", words, "Clear"))) return;
  for (const card of [...cards.values()]) card.drop();
  find("#audio-title").focus();
}

/** Cards with a player, from the top of the page on. */
export function playable() {
  return [...list.querySelectorAll("[data-key]")].map(({ dataset }) => cards.get(dataset.key)).filter((card) => card?.player);
}

/** The card that a player is of, as its own or as its original. */
export function cardOf(player) {
  return [...cards.values()].find((card) => player && (card.player === player || card.original?.has(player))) ?? null;
}
