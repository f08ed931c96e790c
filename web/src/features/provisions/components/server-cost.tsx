/** Says that a failed server still stands at its provider, and what it costs there. */

import { useQuery } from "@tanstack/react-query";
import { Notice } from "@/components/feedback/notice";
import { providerName } from "../../credentials/providers";
import { sizesQuery } from "../api/list-choices";
import type { Provision } from "../api/list-provisions";
import { priceIn } from "../choices";
import { failedToGo } from "../failures";

export function ServerCost({ provision }: { provision: Provision }) {
  const provider = providerName(provision.provider);
  const { data: sizes } = useQuery({ ...sizesQuery(provision.credential_id), retry: false });
  const size = sizes?.find(({ id }) => id === provision.size);
  const cost = (size && priceIn(provision.region, size)) ?? "money";
  return (
    <Notice tone="warn">
      {failedToGo(provision)
        ? `As far as Hoster knows, the server still exists at ${provider}, where it costs `
        : `The server still exists at ${provider}, where it costs `}
      <span className="tnum font-medium whitespace-nowrap">{cost}</span>
      {" until it is destroyed."}
      <span className="text-muted mt-1 block text-xs">
        {provision.size} in {provision.region}, server{" "}
        <span className="font-mono">{provision.provider_instance_id}</span>
      </span>
    </Notice>
  );
}
