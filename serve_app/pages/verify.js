// The dialog in which a recording is looked at: whether this service generated it.

import { sendJson } from "./api.js";
import { find, make, showProblem } from "./dom.js";

const dialog = find("#verify");
const file = find("#verify-file");
const found = find("#verify-found");
const problem = find("#verify-problem");
let looking = null; // at the recording that was chosen last

export function start() {
  find("#open-verify").addEventListener("click", open);
  file.addEventListener("change", look);
  dialog.addEventListener("close", () => looking?.abort());
}

function open() {
  file.value = "";
  found.replaceChildren();
  showProblem(problem, null);
  dialog.showModal();
}

async function look() {
  looking?.abort();
  if (!file.files.length) return;
  looking = new AbortController();
  const { signal } = looking;
  const body = new FormData();
  body.append("audio", file.files[0]);
  showProblem(problem, null);
  found.replaceChildren(make("p", { class: "fine" }, "Looking…"));
  try {
    show(await sendJson("verify", { method: "POST", body, signal }));
  } catch (error) {
    if (error.name === "AbortError") return;
    found.replaceChildren();
    showProblem(problem, error);
  }
}

function show({ message, seconds, watermark, manifest }) {
  const rows = [
    ["Technique", watermark.technique],
    ["Chance of such a find without a mark", chance(watermark.p_value)],
    ["Recording", `${seconds.toFixed(1)} s`],
  ];
  if (watermark.found && watermark.speed !== 1) rows.push(["Speed", `${(100 * watermark.speed).toFixed(1)}%`]);
  if (manifest) rows.push(["Signed metadata", `${manifest.state}, by ${manifest.signer ?? "nobody known"}`]);
  found.replaceChildren(
    make("p", {}, make("strong", {}, message)),
    make("dl", { class: "report" }, ...rows.flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)])));
}

function chance(value) {
  if (value > 0.1) return "as good as any";
  return `1 in ${Math.round(1 / value).toLocaleString("en")}${value <= 1e-12 ? " or less" : ""}`;
}
