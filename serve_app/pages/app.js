// Puts the page together: what the service is, what it allows, who may use it.

import { key, sendJson } from "./api.js";
import * as composer from "./composer.js";
import { announce, find, showProblem } from "./dom.js";
import * as files from "./files.js";
import * as jobs from "./jobs.js";
import * as register from "./register.js";
import * as shortcuts from "./shortcuts.js";
import * as verify from "./verify.js";
import * as voices from "./voices.js";

const THEMES = ["system", "light", "dark"];
const LOOK_MS = 15000; // between two looks whether the service is there

function showService(state, words) {
  find("#service").dataset.state = state;
  find("#service-words").textContent = words;
  find("#engine").textContent = "";
}

const waiting = { onWait: (problem, left) => problem && showService("away", `${problem.title}, again in ${left} s`) };

async function loadService() {
  try {
    const { sounds } = await sendJson("health", waiting);
    await Promise.all([composer.load(waiting), voices.load()]);
    showReady(sounds);
  } catch (problem) {
    showService("away", problem.status === 401 ? "A key is needed" : problem.message);
  }
  find("#voices-loading").hidden = true;
}

function showReady(sounds) {
  showService("ready", "Ready");
  find("#engine").textContent = sounds ? `. ${sounds}` : "";
}

/** Whether the service is still there, or there again, while somebody looks at the page. */
async function look() {
  const { state } = find("#service").dataset;
  if (document.hidden || !state || !find("#key-form").hidden) return;
  try {
    const { sounds } = await sendJson("health");
    if (state === "away") showReady(sounds);
  } catch (problem) {
    showService("away", problem.title);
  }
}

// The key: asked for only where the service asks for one.

function showKeyForm({ detail }) {
  const form = find("#key-form");
  const first = form.hidden;
  form.hidden = false;
  find("#forget-key").hidden = true;
  const refused = { title: "The service does not take this key", detail: "It may be misspelt or revoked." };
  showProblem(find("#key-problem"), detail.refused ? refused : null);
  if (first) find("#key").focus();
}

function useKey(event) {
  event.preventDefault();
  const value = find("#key").value.trim();
  if (!value) return;
  try {
    key.set(value, find("#key-keep").checked);
  } catch {
    showProblem(find("#key-problem"), { title: "The browser keeps nothing for this page", detail: "Allow it to store data, then try again." });
    return;
  }
  find("#key").value = "";
  find("#key-form").hidden = true;
  showKey();
  loadService();
  jobs.resume();
}

function showKey() {
  find("#forget-key").hidden = !key.get();
}

function forgetKey() {
  key.forget();
  showKey();
  announce("The key is forgotten.");
  loadService();
}

// The theme: the system's, unless one is chosen.

function themeNow() {
  return document.documentElement.dataset.theme ?? "system";
}

function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length];
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("phonex.theme", theme);
  } catch {
    // It holds for this visit.
  }
  showTheme();
  dispatchEvent(new Event("phonex:theme"));
}

function showTheme() {
  const words = `Theme: ${themeNow()}`;
  find("#theme").title = words;
  find("#theme").setAttribute("aria-label", words);
}

async function begin() {
  for (const title of ["#audio-title", "#voices-title"]) find(title).tabIndex = -1; // focus lands here after a deletion
  addEventListener("phonex:locked", showKeyForm);
  find("#key-form").addEventListener("submit", useKey);
  find("#forget-key").addEventListener("click", forgetKey);
  find("#theme").addEventListener("click", nextTheme);
  find("#clear").addEventListener("click", jobs.clear);
  showTheme();
  showKey();
  jobs.restore();
  const limits = await sendJson("sandbox/limits.json", waiting);
  composer.start(limits);
  register.start(limits);
  files.start(limits);
  verify.start();
  shortcuts.start();
  await loadService();
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
}

begin();
