/** Closing one's account: what goes and when, what has to be done first, and how it is kept after all. */

import { Link } from "@tanstack/react-router";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { cents, count, exact } from "@/lib/format";
import { closingQuery, type Closing } from "../api/closing";
import { CloseDialog } from "./close-dialog";
import { KeepButton } from "./keep-button";

export function ClosingCard() {
  const { data: closing } = useSuspenseQuery(closingQuery);
  return (
    <section aria-label="Close account" className="mt-6">
      {closing.state === "not_asked" ? <Open closing={closing} /> : <Begun closing={closing} />}
    </section>
  );
}

function Open({ closing }: { closing: Closing }) {
  const [isAsked, setAsked] = useState(false);
  const first = closing.must_be_done_first;
  return (
    <Card
      title="Close account"
      aside={
        <Button size="sm" look="danger" disabled={first.length > 0} onClick={() => setAsked(true)}>
          Close account
        </Button>
      }
    >
      <Text>
        Your apps are stopped at once. For {count(closing.grace_days, "day")} you can keep the account; then everything
        in it is removed for good, and you get a letter that says what was removed and what remains.
      </Text>
      {first.length > 0 && (
        <div className="px-4 pb-4">
          <Notice tone="warn">
            <p>This has to be done first:</p>
            <ul aria-label="To be done first" className="mt-1 list-disc pl-4">
              {first.map(({ code, resource_id, detail }) => (
                <li key={`${code} ${resource_id}`}>
                  {detail}{" "}
                  {code === "unpaid" ? (
                    <Link to={paths.invoice} params={{ id: resource_id }} className="text-accent underline">
                      Open the invoice
                    </Link>
                  ) : (
                    <Link to={paths.node} params={{ id: resource_id }} className="text-accent underline">
                      Open the server
                    </Link>
                  )}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      <CloseDialog isOpen={isAsked} onClose={() => setAsked(false)} closing={closing} />
    </Card>
  );
}

function Begun({ closing }: { closing: Closing }) {
  const isWaiting = closing.state === "waiting";
  return (
    <Card title="This account is being closed" aside={isWaiting && <KeepButton />}>
      {isWaiting ? (
        <Text>
          Until {exact(closing.closes_at ?? "")} you can keep the account, with everything in it; your apps are
          stopped, and stay so until you start them. Then everything is removed. Until then you can export the account,
          pay and delete, and nothing new can be made or started. Servers go on costing what they cost at their
          provider: delete them now to end that.
        </Text>
      ) : (
        <Text>
          The time to keep the account is over. Everything in it is being removed, in a round every hour; in the end you
          get a letter that says what was removed, and cannot sign in any more.
        </Text>
      )}
      {isWaiting && closing.month_cents > 0 && (
        <Text>
          This month comes to {cents(closing.month_cents, closing.currency)} so far. The bill is made once no app runs,
          and has to be paid before the account is closed.
        </Text>
      )}
      {closing.left.length > 0 && (
        <div className="px-4 pb-4">
          <Notice tone="warn">
            <p>Not removed yet; it is tried again every hour:</p>
            <ul aria-label="Not removed yet" className="mt-1 list-disc pl-4">
              {closing.left.map(({ resource_type, resource_id, name, reason }) => (
                <li key={`${resource_type} ${resource_id}`}>
                  {name}: {reason}{" "}
                  {resource_type === "invoices" && (
                    <Link to={paths.invoice} params={{ id: resource_id }} className="text-accent underline">
                      Pay it
                    </Link>
                  )}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
    </Card>
  );
}

function Text({ children }: { children: ReactNode }) {
  return <p className="text-muted max-w-[72ch] px-4 py-3 text-sm">{children}</p>;
}
