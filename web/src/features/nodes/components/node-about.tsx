/** What a server can do, whether others may use it, and how full its disk really is. */

import { Fact, Facts } from "@/components/ui/card";
import type { Node } from "../api/list-nodes";

export function NodeAbout({ node }: { node: Node }) {
  const { capabilities, disk_used_percent: disk, encrypted_hop: isEncrypted } = node;
  return (
    <div className="border-line -mx-4 border-t">
      <Facts>
        <Fact name="Others’ apps">{node.public ? "May be placed here" : "Never placed here"}</Fact>
        {capabilities && capabilities.length > 0 && <Fact name="Can do">{capabilities.join(", ")}</Fact>}
        <Fact name="From app proxy to app">{isEncrypted ? "Encrypted" : "Not encrypted"}</Fact>
        {disk !== null && disk !== undefined && <Fact name="Docker’s disk">{disk} % full</Fact>}
      </Facts>
    </div>
  );
}
