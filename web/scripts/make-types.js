/** Writes the types of the API from what its functions declare, when they have changed. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCUMENT = new URL("../../build/openapi.json", import.meta.url);
const TARGET = new URL("../src/lib/api/schema.gen.ts", import.meta.url);
const HEADER = "/** Made by `npm run types` out of the OpenAPI document; not to be edited. */\n\n";

execFileSync(`${ROOT}.venv/bin/python`, ["-m", "infra.packaging.openapi", fileURLToPath(DOCUMENT)], {
  cwd: ROOT,
  env: { ...process.env, PYTHONPATH: ROOT, PYTHONDONTWRITEBYTECODE: "1" },
  stdio: ["ignore", "ignore", "inherit"],
});
const types = HEADER + astToString(await openapiTS(DOCUMENT, { alphabetize: true, emptyObjectsUnknown: true }));
if (!existsSync(TARGET) || readFileSync(TARGET, "utf8") !== types) writeFileSync(TARGET, types);
