import { expect, it } from "vitest";
import { entity } from "@/lib/api/document";
import type { Variable } from "@/lib/api/types";
import { deployment } from "@/testing/records";
import { changesOf, sentEdits, type Edits } from "./variable-changes";

const VARIABLES: Variable[] = [
  { name: "TITLE", label: "Title", default: "Hello" },
  { name: "WORKERS", type: "integer" },
  { name: "PASSWORD", type: "secret", generator: "password" },
  { name: "KEY", type: "secret" },
];
const APP = entity(
  deployment({ variables: { TITLE: "My blog", WORKERS: "2", PASSWORD: null }, secrets: ["PASSWORD"] }),
);

it.each<[Edits, [string, string, string][]]>([
  [{}, []],
  [{ TITLE: "My blog", WORKERS: "2" }, []],
  [{ TITLE: "Our blog" }, [["Title", "My blog", "Our blog"]]],
  [{ TITLE: null }, [["Title", "My blog", "Hello"]]],
  [{ WORKERS: "" }, [["WORKERS", "2", "nothing"]]],
  [{ PASSWORD: "new" }, [["PASSWORD", "the present secret", "another secret"]]],
  [{ PASSWORD: null }, [["PASSWORD", "the present secret", "a newly made secret"]]],
  [{ PASSWORD: "" }, []],
  [{ KEY: "first" }, [["KEY", "nothing", "another secret"]]],
  [{ UNKNOWN: "x" }, []],
])("tells what %j would change", (edits, expected) => {
  const changes = changesOf(APP, VARIABLES, edits);
  expect(changes.map(({ label, before, after }) => [label, before, after])).toEqual(expected);
});

it("sends what changes and nothing else", () => {
  const edits: Edits = { TITLE: "My blog", WORKERS: "4", PASSWORD: null };
  expect(sentEdits(changesOf(APP, VARIABLES, edits), edits)).toEqual({ WORKERS: "4", PASSWORD: null });
});
