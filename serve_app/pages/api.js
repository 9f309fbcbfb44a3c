// Requests to the service, by its own client, with the visitor's key.

import { Phonex } from "./phonex.js";

export { newKey, pause, Problem } from "./phonex.js";

const KEY = "phonex.key";
const ONCE = { most: 0 };
const PATIENT = { most: Infinity, patienceS: Infinity, firstPauseS: 3, longestPauseS: 3, unmet: true };

// Where the service is, behind whatever prefix a proxy has put it.
export const base = new URL("..", import.meta.url);

export const key = {
  get: () => stored(sessionStorage) ?? stored(localStorage),
  set(value, keep) {
    key.forget();
    (keep ? localStorage : sessionStorage).setItem(KEY, value);
  },
  forget() {
    for (const storage of [sessionStorage, localStorage]) storage.removeItem(KEY);
  },
};

function stored(storage) {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

const client = new Phonex({ url: base, apiKey: key.get });

/**
 * One request. With `onWait`, problems that pass by themselves are waited out as the service
 * asks; `onWait(problem, seconds)` is told each second, and `onWait(null)` when it goes on.
 * Throws a Problem, or the signal's AbortError.
 */
export function send(path, { onWait, ...request } = {}) {
  return noticing(client.request(path, { ...request, onWait, retries: onWait ? PATIENT : ONCE }));
}

export async function sendJson(path, options) {
  const response = await send(path, options);
  return response.json();
}

export function postJson(path, body, { headers, ...options } = {}) {
  return sendJson(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
    ...options,
  });
}

/** A job's audio from its first byte on; where the connection breaks, it goes on. */
export function follow(audioId, options) {
  return noticing(client.follow(audioId, options));
}

/** Tells the page where a key is asked for. */
async function noticing(answer) {
  const refused = key.get() !== null;
  try {
    return await answer;
  } catch (problem) {
    if (problem.status === 401) dispatchEvent(new CustomEvent("phonex:locked", { detail: { refused } }));
    throw problem;
  }
}
