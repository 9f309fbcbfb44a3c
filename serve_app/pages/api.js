// Requests to the service. Every failure is a Problem, in words; Retry-After is obeyed here.

const KEY = "phonex.key";
const PASSING = new Set([429, 503, 507]); // may pass by themselves: the service says when
const UNREACHABLE_RETRY_S = 3;

// Where the service is, behind whatever prefix a proxy has put it.
export const base = new URL("..", import.meta.url);

/** What went wrong, as RFC 9457 problem details tell it. */
export class Problem extends Error {
  constructor({ status = 0, type = "", title, detail = "", errors = [], retryAfterS = null }) {
    super(title);
    Object.assign(this, { status, type, title, detail, errors, retryAfterS });
  }

  get name() {
    return this.type.replace("urn:phonex:problem:", "");
  }
}

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

/**
 * One request. With `onWait`, problems that pass by themselves are waited out as the service
 * asks; `onWait(problem, seconds)` is told each second, and `onWait(null)` when it goes on.
 * Throws a Problem, or the signal's AbortError.
 */
export async function send(path, { onWait, signal, headers = {}, ...request } = {}) {
  for (;;) {
    try {
      return await sendOnce(path, { ...request, signal, headers });
    } catch (error) {
      const patient = onWait && error instanceof Problem && error.retryAfterS !== null;
      if (!patient) throw error;
      await countDown(error, onWait, signal);
    }
  }
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

async function sendOnce(path, { headers, ...request }) {
  const secret = key.get();
  const sent = secret ? { Authorization: `Bearer ${secret}`, ...headers } : headers;
  let response;
  try {
    response = await fetch(new URL(path, base), { ...request, headers: sent });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({
      title: "The service cannot be reached",
      detail: "It may be restarting, or the connection is gone.",
      retryAfterS: UNREACHABLE_RETRY_S,
    });
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401) {
    dispatchEvent(new CustomEvent("phonex:locked", { detail: { refused: secret !== null } }));
  }
  throw problem;
}

async function readProblem(response) {
  const { status } = response;
  const asked = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const retryAfterS = PASSING.has(status) ? Math.max(1, asked || UNREACHABLE_RETRY_S) : null;
  let told = {};
  try {
    told = await response.json();
  } catch {
    // Not ours: something between us and the service answered.
  }
  return new Problem({
    status,
    retryAfterS,
    type: told.type,
    title: told.title ?? `The service answered ${status}`,
    detail: typeof told.detail === "string" ? told.detail : "",
    errors: Array.isArray(told.errors) ? told.errors : [],
  });
}

async function countDown(problem, onWait, signal) {
  for (let left = problem.retryAfterS; left > 0; left -= 1) {
    onWait(problem, left);
    await pause(1000, signal);
  }
  onWait(null);
}

/** A key no other request has. `crypto.randomUUID` is missing on plain HTTP beyond localhost. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
