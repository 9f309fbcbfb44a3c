// Recordings that voices were made of, to compare clones with. The service keeps none: they are in
// this tab, and in this browser where the visitor ticked that.

const DATABASE = "phonex";
const STORE = "originals";

const held = new Map(); // of this tab

/** Keeps the recording of a voice, by the id of the voice's record. */
export async function keep(record, file, forLonger) {
  held.set(record, file);
  if (forLonger) await stored("readwrite", (store) => store.put(file, record)).catch(() => {});
}

/** The recording of a voice, or null where this browser has none. */
export async function original(record) {
  if (record === undefined) return null;
  return held.get(record) ?? (await stored("readonly", (store) => store.get(record)).catch(() => null)) ?? null;
}

export async function forget(record) {
  held.delete(record);
  await stored("readwrite", (store) => store.delete(record)).catch(() => {});
}

/** What one request of the store answers; rejects where the browser keeps nothing for us. */
async function stored(mode, ask) {
  const database = await answered(opened());
  try {
    return await answered(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function opened() {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return request;
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}
