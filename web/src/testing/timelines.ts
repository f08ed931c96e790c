/** Timelines as the API shows them. */

import type { Step } from "@/lib/api/types";

export function timeline(id: string, kind: string, state: string, steps: Step[]): object {
  return { data: { type: "timelines", id, attributes: { kind, generation: 1, execution: "x", state, steps } } };
}
