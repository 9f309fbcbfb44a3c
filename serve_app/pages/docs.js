// Renders /openapi.json: each route with its parameters, body, answers and a curl line.

import { base, sendJson } from "./api.js";
import { find, make } from "./dom.js";

let api;

const resolve = (schema = {}) =>
  schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;

function start(document) {
  api = document;
  find("#title").textContent = `${api.info.title} API`;
  const words = api.info.description.trim().split("\n\n");
  find("#intro").replaceChildren(
    ...words.map((paragraph) => make("p", {}, ...inline(paragraph))),
    make("p", { class: "fine" }, `Version ${api.info.version}.`));
  const groups = Map.groupBy(operations(), ({ tag }) => tag);
  for (const [tag, members] of groups) {
    find("#api").append(make("h2", { id: tag }, tag), ...members.map(showOperation));
    find("#contents").append(make("h2", {}, tag), make("ul", {}, ...members.map(linkTo)));
  }
}

function operations() {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path, method: method.toUpperCase(), operation, id: operation.operationId, tag: operation.tags?.[0] ?? "other",
    })));
}

const linkTo = ({ id, method, path }) =>
  make("li", {}, make("a", { href: `#${id}` }, make("span", { class: "method" }, method), path));

function showOperation({ id, method, path, operation }) {
  const body = Object.entries(operation.requestBody?.content ?? {})[0];
  const schema = body && resolve(body[1].schema);
  return make("section", { id, "aria-labelledby": `${id}-title` },
    make("h3", { id: `${id}-title` }, make("span", { class: "method", "data-method": method }, method), make("code", {}, path)),
    ...(operation.description ?? operation.summary ?? "").trim().split("\n\n").slice(0, 1).map((words) => make("p", {}, ...inline(words))),
    ...fieldTable("Parameters", (operation.parameters ?? []).map((parameter) => ({
      name: parameter.name, place: parameter.in, schema: parameter.schema, required: parameter.required,
      words: parameter.description ?? parameter.schema.description,
    }))),
    ...(schema ? fieldTable(`Body, ${body[0]}`, fieldsOf(schema)) : []),
    make("h4", {}, "Answers"),
    make("ul", { class: "answers" }, ...Object.entries(operation.responses).map(showAnswer)),
    make("h4", {}, "Try it"),
    code(curl(method, path, body?.[0], schema)));
}

function fieldsOf(schema) {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name, schema: field, words: field.description, required: schema.required?.includes(name),
  }));
}

function fieldTable(title, fields) {
  if (!fields.length) return [];
  const rows = fields.map(({ name, place, schema, words, required }) =>
    make("tr", {},
      make("th", { scope: "row" }, make("code", {}, name), make("small", {}, [place, required ? "required" : null].filter(Boolean).join(", "))),
      make("td", {}, make("span", { class: "type" }, typeOf(schema)), make("span", {}, words ?? ""))));
  return [make("h4", {}, title), make("table", {}, make("tbody", {}, ...rows))];
}

function typeOf(schema) {
  const seen = resolve(schema);
  const kinds = (seen.anyOf ?? [seen]).map(resolve).filter(({ type }) => type !== "null").map(kindOf);
  const unset = [undefined, null, ""];
  return kinds.join(" or ") + (unset.includes(seen.default) ? "" : `, ${JSON.stringify(seen.default)} by default`);
}

function kindOf(schema) {
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array") return `list of ${kindOf(resolve(schema.items))}`;
  if (schema.contentMediaType === "application/octet-stream" || schema.format === "binary") return "file";
  const { minimum, maximum } = schema;
  const range = maximum === undefined ? "" : `, ${minimum ?? "…"} to ${maximum}`;
  return (schema.type ?? schema.title ?? "any") + range;
}

function showAnswer([status, { description, content }]) {
  const [type, { schema } = {}] = Object.entries(content ?? {})[0] ?? [];
  const resolved = resolve(schema);
  const example = resolved.examples?.[0];
  const fields = Object.keys(resolved.properties ?? {});
  const head = [make("b", {}, status), ` ${description}`, type && status < 400 ? make("small", {}, type) : null];
  if (!example && !fields.length) return make("li", {}, ...head);
  const shown = example ? code(JSON.stringify(example, null, 2)) : make("p", {}, fields.join(", "));
  return make("li", {}, make("details", {}, make("summary", {}, ...head), shown));
}

function curl(method, path, type, schema) {
  const url = new URL(path.replace(/^\//, "").replace(/\{(\w+)\}/g, "$1"), base).href;
  const verb = method === "GET" || schema ? "" : ` -X ${method}`;
  if (!schema) return `curl -s${verb} ${url}`;
  if (type === "application/json") {
    const example = schema.examples?.[0] ?? {};
    return `curl -s ${url} -H 'Content-Type: application/json' \\\n     -d '${JSON.stringify(example)}'`;
  }
  const wanted = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
  const parts = wanted.map(([name, field]) => `-F ${name}=${kindOf(resolve(field)).includes("file") ? "@recording.mp3" : "…"}`);
  return `curl -s ${url} ${parts.join(" ")}`;
}

const code = (text) => make("pre", { tabindex: "0" }, make("code", {}, text));

/** Text with its `code` marked as such. */
const inline = (text) =>
  text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));

sendJson("openapi.json").then(start, (problem) => {
  find("#intro").replaceChildren(make("p", {}, `${problem.message}. ${problem.detail}`));
});
