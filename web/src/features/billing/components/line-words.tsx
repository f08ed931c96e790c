/** What a line of an invoice is of, and the sentence that explains its amount. */

import { Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import type { InvoiceItem } from "@/lib/api/types";
import { nameOf, sentenceOf } from "../sentences";

/** The names of the apps that exist still, by id; those that an invoice names may be gone. */
export type Apps = ReadonlyMap<string, string>;

/** Leads to the app while there is one. */
export function LineName({ item, apps }: { item: InvoiceItem; apps: Apps }) {
  const name = nameOf(item);
  return (
    <p className="font-medium">
      {item.deployment_id && apps.has(item.deployment_id) ? (
        <Link
          to={paths.deployment}
          params={{ id: item.deployment_id }}
          className="underline-offset-2 hover:underline"
        >
          {name}
        </Link>
      ) : (
        name
      )}
      {item.template_name && item.template_name !== name && <span className="text-muted font-normal"> · {item.template_name}</span>}
    </p>
  );
}

export function LineSentence({ item, currency }: { item: InvoiceItem; currency: string }) {
  return <p className="text-muted tnum text-xs">{sentenceOf(item, currency)}</p>;
}
