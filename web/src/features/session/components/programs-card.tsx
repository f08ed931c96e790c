/** How programs come in: with a token of their own, at the API that the pages use too. */

import { Link } from "@tanstack/react-router";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { env } from "@/config/env";
import { paths } from "@/config/paths";

export function ProgramsCard() {
  const { origin } = window.location;
  const command = [
    `curl -s ${origin}${env.apiBase}/deployments \\`,
    `  -H 'Authorization: Bearer ak_…'`,
  ].join("\n");
  return (
    <Card title="For programs" aside={<CopyButton text={command} label="Copy the commands" />}>
      <div className="space-y-3 p-4 text-sm">
        <p>
          What these pages do, your programs can do too, with an{" "}
          <Link to={paths.tokens} className="text-accent underline">
            API token
          </Link>{" "}
          that they send with every request. The{" "}
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
