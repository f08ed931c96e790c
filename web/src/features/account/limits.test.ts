import { expect, it } from "vitest";
import { passedLimits } from "./limits";

const account = (limit: string, used: number, bound: number | null) => ({
  plan: "free",
  limits: [{ limit, used, bound, unit: "" }],
});

it.each([
  ["deployments", 1, 1, 1, "Your plan “free” allows 1 app. You have 1 app."],
  ["memory_mb", 512, 1024, 768, "Your plan “free” allows 1 GB of memory. You use 512 MB of memory and this takes 768 MB of memory."],
  ["cpu_cores", 0, 1, 2, "Your plan “free” allows 1 CPU. This takes 2 CPU."],
  ["domains", 5, 5, 1, "Your plan “free” allows 5 domains of your own. You use 5 domains of your own."],
  ["nodes", 1, 1, 1, "Your plan “free” allows 1 server. You use 1 server and this takes 1 server."],
])("tells that %s would be passed", (limit, used, bound, more, told) => {
  expect(passedLimits(account(limit, used, bound), { [limit]: more })).toEqual([told]);
});

it("is silent about what fits, has no bound, or is not wanted", () => {
  expect(passedLimits(account("memory_mb", 256, 1024), { memory_mb: 768 })).toEqual([]);
  expect(passedLimits(account("memory_mb", 99_999, null), { memory_mb: 768 })).toEqual([]);
  expect(passedLimits(account("deployments", 5, 1), { memory_mb: 768 })).toEqual([]);
});
