/** Looks at a host name's records now, turns HTTPS alone on or off, or stops getting its certificate. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/feedback/toasts";
import { act, changeAt } from "@/lib/api/client";
import type { Entity } from "@/lib/api/document";
import { reason } from "@/lib/api/errors";
import type { Domain } from "@/lib/api/types";
import { domainsQuery } from "./list-domains";

export type DomainChange = "verify" | "cancel" | { hsts: boolean };

export function useChangeDomain(deploymentId: string, hostname: string) {
  const queries = useQueryClient();
  const { queryKey } = domainsQuery(deploymentId);
  const path = `/deployments/${encodeURIComponent(deploymentId)}/domains/${encodeURIComponent(hostname)}`;
  const write = (part: Partial<Entity<Domain>>) =>
    queries.setQueryData(queryKey, (all) => all?.map((one) => (one.id === hostname ? { ...one, ...part } : one)));
  return useMutation({
    mutationFn: (change: DomainChange) =>
      typeof change === "string"
        ? act<Domain>(`${path}/${change}`)
        : changeAt<Domain>(path, { type: "domains", id: hostname, attributes: change }),
    onMutate: (change) => {
      if (typeof change === "object") write(change);
    },
    onSuccess: write,
    onError: (error, change) => {
      if (typeof change === "object") write({ hsts: !change.hsts });
      toast("fail", `${hostname} is as before. ${reason(error)}`);
    },
  });
}
