// What this browser has asked for. It survives a reload; unfinished work is taken up again.

const STORE = "phonex.history";
const MAX_ENTRIES = 50;

let memory = []; // where the browser keeps nothing for us

/** Newest first. An entry is known by its `key`, the Idempotency-Key it was sent with. */
export function entries() {
  try {
    const list = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return memory;
  }
}

export function put(entry) {
  change((list) => {
    const index = list.findIndex(({ key }) => key === entry.key);
    if (index < 0) list.unshift(entry);
    else list[index] = entry;
    return list.slice(0, MAX_ENTRIES);
  });
}

export function remove(key) {
  change((list) => list.filter((entry) => entry.key !== key));
}

// Read anew before each change: other tabs write to the same list.
function change(edit) {
  memory = edit(entries());
  for (let kept = memory; kept.length; kept = kept.slice(0, -1)) {
    try {
      localStorage.setItem(STORE, JSON.stringify(kept));
      return;
    } catch {
      // Full, or closed to us: try with one less.
    }
  }
  try {
    localStorage.removeItem(STORE);
  } catch {
    // Closed to us: the list lives in memory.
  }
}
