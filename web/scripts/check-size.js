/** Fails when the JavaScript of a first load is over its budget. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 180;
const DIST = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));

/** The files that a chunk needs before it runs. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, seen);
  return seen;
}

function kilobytes(files) {
  const bytes = [...files].map((file) => gzipSync(readFileSync(new URL(file, DIST))).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1024;
}

// A first load is the entry and the route that it opens: the largest one counts. What a page
// fetches once it is shown (charts, editors) is not of it.
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const routes = Object.keys(manifest).filter((key) => key.startsWith("src/app/routes/"));
const loads = [entry, ...routes].map((key) => kilobytes(filesOf(key, filesOf(entry))));
const largest = Math.max(...loads);
const verdict = `first load: ${largest.toFixed(1)} KB of JavaScript, gzipped, of ${BUDGET_KB} KB`;
if (largest > BUDGET_KB) {
  console.error(`Too large: ${verdict}.`);
  process.exit(1);
}
console.log(verdict);
