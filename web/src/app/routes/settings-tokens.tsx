/** The tokens of this account, and a way to make one. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { env } from "@/config/env";
import { tokensQuery } from "@/features/tokens/api/list-tokens";
import { TokenList } from "@/features/tokens/components/token-list";
import { useWasTyped } from "@/lib/forms/use-typed";

const CreateTokenDialog = lazy(() => import("@/features/tokens/components/create-token-dialog").then((loaded) => ({ default: loaded.CreateTokenDialog })));

export function SettingsTokens() {
  const { data } = useSuspenseQuery(tokensQuery);
  const [isMaking, setMaking] = useState(useWasTyped("create-token"));
  return (
    <div className="grid max-w-3xl gap-3">
      <Card
        title="API tokens"
        aside={
          <Button size="sm" onClick={() => setMaking(true)}>
            Make a token
          </Button>
        }
      >
        <TokenList tokens={data} />
        <Suspense fallback={null}>{isMaking && <CreateTokenDialog isOpen onClose={() => setMaking(false)} />}</Suspense>
      </Card>
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
