import { expect, it } from "vitest";
import { levelOf, plain, type Level } from "./levels";

const LINES: [string, Level | null][] = [
  ['{"level":"error","msg":"no"}', "error"],
  ['{"time":1,"level":40,"msg":"pino"}', "warn"],
  ["ts=2026-01-01 level=warn msg=slow", "warn"],
  ["time=\"2026\" severity: DEBUG", "debug"],
  ["2026/01/01 12:00:00 [error] 7#7: *1 open() failed", "error"],
  ["2026/01/01 12:00:00 [notice] 1#1: start", "info"],
  ["[12#12: warn] upstream", "warn"],
  ["2026-01-01 12:00:00.000 UTC [27] FATAL:  password authentication failed", "error"],
  ["2026-01-01 12:00:00.000 UTC [1] LOG:  database system is ready", "info"],
  ["WARNING: no config", "warn"],
  ["error: it broke", "error"],
  ["E0102 15:04:05.000000       1 main.go:1] x", "error"],
  ['10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 502 157', "error"],
  ['10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET /x HTTP/1.1" 404 157', "warn"],
  ['10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 500', null],
  ["listening on port 80", null],
  ["there was no error at all", null],
  ["GET /errors 200", null],
];

it.each(LINES)("reads the level of %s", (line, level) => {
  expect(levelOf(line)).toBe(level);
});

it("takes terminal colours off a line and leaves the rest", () => {
  expect(plain("\u001b[1;31mred\u001b[0m and [brackets]")).toBe("red and [brackets]");
  expect(plain("\u001b]0;title\u0007text")).toBe("text");
});
