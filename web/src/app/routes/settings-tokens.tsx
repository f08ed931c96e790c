/** The tokens of this account, and a way to make one. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy } from "react";
import { AddCard } from "@/components/resource/add-card";
import { env } from "@/config/env";
import { tokensQuery } from "@/features/tokens/api/list-tokens";
import { TokenList } from "@/features/tokens/components/token-list";

const CreateTokenDialog = lazy(() => import("@/features/tokens/components/create-token-dialog").then((loaded) => ({ default: loaded.CreateTokenDialog })));

export function SettingsTokens() {
  const { data } = useSuspenseQuery(tokensQuery);
  return (
    <div className="grid max-w-3xl gap-3">
      <AddCard
        title="API tokens"
        action="Make a token"
        form="create-token"
        dialog={(close) => <CreateTokenDialog isOpen onClose={close} />}
      >
        <TokenList tokens={data} />
      </AddCard>
      <p className="text-muted text-sm">
        A program sends its token as <code className="font-mono text-xs">Authorization: Bearer ak_…</code> with every
        request. The{" "}
        <a href={`${env.apiBase}/openapi.json`} target="_blank" rel="noreferrer" className="text-accent underline">
          OpenAPI document
        </a>{" "}
        says of each operation which scope it needs.
      </p>
    </div>
  );
}
