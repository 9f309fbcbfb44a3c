// Small help with elements. Text is always set as text, never parsed as markup.

export const find = (selector, root = document) => root.querySelector(selector);

/** make("p", {class: "fine", hidden: true, onclick: f}, "words", element) */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export function setIcon(button, name) {
  find("use", button).setAttribute("href", `#icon-${name}`);
}

export function iconButton(name, label, onclick) {
  return make("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick }, icon(name));
}

/** Says something to those who hear the page instead of seeing it. */
export function announce(words) {
  const announcer = find("#announcer");
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = words));
}

/** Shows a problem in words, or takes it away. */
export function showProblem(place, problem, { secondsLeft, action } = {}) {
  place.hidden = !problem;
  place.classList.toggle("waiting", secondsLeft !== undefined);
  if (!problem) {
    place.replaceChildren();
    return;
  }
  const again = secondsLeft === undefined ? "" : ` Trying again in ${secondsLeft} s.`;
  const words = make("div", {}, make("strong", {}, problem.title), make("span", {}, wordsOf(problem) + again));
  place.replaceChildren(icon("alert"), words, ...(action ? [action] : []));
}

function wordsOf(problem) {
  if (!problem.errors?.length) return problem.detail ?? "";
  return problem.errors
    .map(({ field, message }) => `${field.replace(/^(body|query|header)\./, "")}: ${message}`)
    .join("; ");
}

/** Asks before something cannot be undone. */
export function ask(title, words, yes) {
  const dialog = find("#ask");
  find("#ask-title").textContent = title;
  find("#ask-words").textContent = words;
  find("#ask-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  find("#ask-no").focus();
  return new Promise((resolve) => {
    find("#ask-yes").onclick = () => dialog.close("yes");
    find("#ask-no").onclick = () => dialog.close();
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
  });
}
