/** How programs come in: with a token of their own, at the API that the pages use too. */

import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { env } from "@/config/env";

export function ProgramsCard({ email }: { email: string }) {
  const { origin } = window.location;
  const command = [
    `curl -s ${origin}${env.authBase}/login -H 'Content-Type: application/json' \\`,
    `  -d '{"email": "${email}", "password": "…"}'`,
    `curl -s ${origin}${env.apiBase}/deployments -H 'Authorization: Bearer …'`,
  ].join("\n");
  return (
    <Card title="For programs" aside={<CopyButton text={command} label="Copy the commands" />}>
      <div className="space-y-3 p-4 text-sm">
        <p>
          What these pages do, your programs can do too. They sign in like you, and send the token that they get with
          every request. The{" "}
          <a href={`${env.apiBase}/openapi.json`} target="_blank" rel="noreferrer" className="text-accent underline">
            OpenAPI document
          </a>{" "}
          describes every operation.
        </p>
        <pre className="bg-sunken overflow-x-auto rounded-md p-3 font-mono text-xs">
          <code>{command}</code>
        </pre>
      </div>
    </Card>
  );
}
