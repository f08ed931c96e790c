/** Counts apps by what people see of them: running, at work, stopped, failed. */

import { isBusy, type Deployment } from "../deployments/api/list-deployments";

const STATES = ["running", "working", "stopped", "failed"] as const;
type State = (typeof STATES)[number];

function stateOf(app: Deployment): State {
  if (isBusy(app)) return "working";
  if (app.status === "running" || app.status === "failed") return app.status;
  return "stopped";
}

/** Running always, the others where there are any. */
export function byState(apps: Deployment[]): { state: State; count: number }[] {
  const counts = STATES.map((state) => ({ state, count: apps.filter((app) => stateOf(app) === state).length }));
  return counts.filter(({ state, count }) => state === "running" || count > 0);
}
