// Brings the application that APP_ARCHIVE_URL names into this folder, installs it and becomes it.
"use strict";
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { Readable } = require("node:stream");
const { pipeline } = require("node:stream/promises");

const address = process.env.APP_ARCHIVE_URL;
const archive = path.join(os.tmpdir(), "application.tar.gz");

async function install() {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The archive answered ${answer.status}.`);
  await pipeline(Readable.fromWeb(answer.body), fs.createWriteStream(archive));
  const listed = execFileSync("tar", ["-tzf", archive], { encoding: "utf8", maxBuffer: 1 << 28 });
  const strip = layersOf(listed.split("\n").filter(Boolean));
  execFileSync("tar", ["-xzf", archive, ...(strip ? [`--strip-components=${strip}`] : [])]);
  fs.rmSync(archive);
  execFileSync("npm", ["install", "--omit=dev", "--no-audit", "--no-fund"], { stdio: "inherit" });
}

/** How many folders stand around everything: releases of Git hosts have one, some archives "./". */
function layersOf(names) {
  const dot = names.every((name) => name === "." || name.startsWith("./")) ? 1 : 0;
  const inside = names.map((name) => name.split("/").slice(dot)).filter(([top]) => top);
  const tops = new Set(inside.map(([top]) => top));
  return tops.size === 1 && !tops.has("package.json") ? dot + 1 : 0;
}

function become() {
  const child = spawn("npm", ["start"], { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}

function explain() {
  const page = "No application yet. Set APP_ARCHIVE_URL to the address of a .tar.gz with a package.json.\n";
  const server = http.createServer((_, answer) => answer.end(page)).listen(Number(process.env.PORT));
  process.on("SIGTERM", () => server.close(() => process.exit(0)));
}

if (!address) explain();
else
  install()
    .then(become)
    .catch((error) => {
      console.error(error.message);
      process.exit(1);
    });
