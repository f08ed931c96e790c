/** How an app is; one that was made and never started says so. */

import { Status } from "./status";

export function AppStatus({ status }: { status: string }) {
  return <Status state={status} {...(status === "pending" && { word: "Not started" })} />;
}
