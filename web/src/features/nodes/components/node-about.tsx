/** What a server can do, whether others may use it, and how full its disk really is. */

import type { Node } from "../api/list-nodes";
import { Line } from "./node-facts";

export function NodeAbout({ node }: { node: Node }) {
  const { capabilities, disk_used_percent: disk, encrypted_hop: isEncrypted } = node;
  return (
    <dl className="border-line divide-line divide-y border-t text-xs">
      {capabilities && capabilities.length > 0 && <Line name="Fit for">{capabilities.join(", ")}</Line>}
      <Line name="Others’ apps">{node.public ? "May be placed here" : "Never placed here"}</Line>
      <Line name="From the proxy">{isEncrypted ? "Encrypted" : "Not encrypted"}</Line>
      {disk !== null && disk !== undefined && <Line name="Docker’s disk">{disk} % full</Line>}
    </dl>
  );
}
