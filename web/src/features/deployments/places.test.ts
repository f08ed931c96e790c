import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import type { DeploymentAttributes, NodeAttributes } from "@/lib/api/types";
import { deployment, node } from "@/testing/records";
import { placesFor } from "./places";

const NEEDS = {
  resources_cpu_cores: 1,
  resources_memory_mb: 768,
  resources_disk_mb: 0,
  required_capabilities: ["standard"],
};

function place(over: Partial<NodeAttributes>, apps: Partial<DeploymentAttributes>[] = [], needs = NEEDS) {
  const known = entity(node({ capabilities: ["standard"], ...over }));
  return placesFor(needs, [known], apps.map((one) => entity(deployment(one))))[0];
}

it.each<[string, Partial<NodeAttributes>, string | null]>([
  ["an online server with room", {}, null],
  ["one that is offline", { status: "offline" }, "Not online: it is offline"],
  ["one in maintenance", { status: "maintenance" }, "In maintenance"],
  ["one without what the template requires", { capabilities: ["ssd"] }, "Lacks standard"],
  ["one whose disk is full", { disk_used_percent: 91 }, "Its disk is 91 % full"],
  ["one whose disk is nearly full", { disk_used_percent: 90 }, null],
  ["one without memory", { capacity_memory_used_mb: 1500 }, "Too full: 548 MB of memory free"],
  ["one whose cores are given away four times", { capacity_cpu_used: 7.5 }, "Too full: 0.5 CPU free"],
  ["one that has told nothing of itself", { capacity_memory_mb: null, capacity_cpu_cores: null, capacity_disk_mb: null }, null],
])("knows what is to be said of %s", (_what, over, problem) => {
  expect(place(over)?.problem).toBe(problem);
});

it("counts apps that the server has not counted yet", () => {
  expect(place({}, [{ resources_memory_mb: 1800 }])?.problem).toBe("Too full: 248 MB of memory free");
});

it("puts the roomiest that can take it first, and those that cannot last", () => {
  const nodes = [
    entity(node({ name: "off", status: "offline" }, "n1")),
    entity(node({ name: "tight", capacity_memory_used_mb: 1024 }, "n2")),
    entity(node({ name: "roomy" }, "n3")),
  ];
  const needs = { ...NEEDS, required_capabilities: [] };
  expect(placesFor(needs, nodes, []).map((one) => one.node.name)).toEqual(["roomy", "tight", "off"]);
});
