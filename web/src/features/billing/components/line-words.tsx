/** What a line of an invoice is of, and the sentence that explains its amount. */

import { Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import type { InvoiceItem } from "@/lib/api/types";
import { nameOf, sentenceOf } from "../sentences";

/** Leads to the app, which may be gone by now: its page says so then. */
export function LineName({ item }: { item: InvoiceItem }) {
  const name = nameOf(item);
  return (
    <p className="font-medium">
      {item.deployment_id ? (
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
      {item.template_name && <span className="text-muted font-normal"> · {item.template_name}</span>}
    </p>
  );
}

export function LineSentence({ item, currency }: { item: InvoiceItem; currency: string }) {
  return <p className="text-muted tnum text-xs">{sentenceOf(item, currency)}</p>;
}
