/** Tells who comes back from the payment page how it ended, as often as the page is loaded. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, Clock } from "lucide-react";
import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { ApiError, isMissing, reason } from "@/lib/api/errors";
import { cents } from "@/lib/format";
import { invoiceQuery } from "../api/get-invoice";
import { paymentQuery } from "../api/verify-payment";
import { AskingOutcome, Outcome } from "./outcome";
import { PayButton } from "./pay-button";

interface PaymentOutcomeProps {
  payment: "success" | "cancelled";
  session: string | undefined;
  invoice: string | undefined;
  onDismiss: () => void;
}

export function PaymentOutcome({ payment, session, invoice, onDismiss }: PaymentOutcomeProps) {
  if (payment === "success" && session !== undefined) return <Verified session={session} onDismiss={onDismiss} />;
  if (payment === "cancelled") return <Cancelled invoice={invoice} onDismiss={onDismiss} />;
  return (
    <Outcome tone="work" icon={Clock} title="You are back from a payment" onDismiss={onDismiss}>
      <p>Its address does not say which payment it was. The list below shows how your invoices stand.</p>
    </Outcome>
  );
}

function Verified({ session, onDismiss }: { session: string; onDismiss: () => void }) {
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(paymentQuery(session));
  const status = data?.status;
  useEffect(() => {
    if (status) void queries.invalidateQueries({ queryKey: ["invoices"] });
  }, [queries, status]);
  if (error) return <UnknownOutcome error={error} onRetry={() => void refetch()} onDismiss={onDismiss} />;
  if (isPending) return <AskingOutcome />;
  if (data.paid) {
    return (
      <Outcome tone="run" icon={CircleCheck} title="Your payment has arrived" onDismiss={onDismiss}>
        <p>
          <Amount id={data.invoice_id} /> is paid. <InvoiceLink id={data.invoice_id} />
        </p>
      </Outcome>
    );
  }
  if (data.status === "failed") {
    return (
      <Outcome tone="fail" icon={CircleAlert} title="Your payment did not go through" onDismiss={onDismiss}>
        <p>The bank refused it, and nothing was taken. Pay again, with another card if need be.</p>
        <PayAgain id={data.invoice_id} label="Pay again" />
      </Outcome>
    );
  }
  return (
    <Outcome tone="work" icon={Clock} title="Your payment is on its way" onDismiss={onDismiss}>
      <p>
        The bank has not answered yet. A card takes moments, a debit from an account some days. You need
        not do anything; the invoice shows it once the money is here. <InvoiceLink id={data.invoice_id} />
      </p>
    </Outcome>
  );
}

function Cancelled({ invoice, onDismiss }: { invoice: string | undefined; onDismiss: () => void }) {
  const { data } = useQuery({ ...invoiceQuery(invoice ?? ""), enabled: invoice !== undefined });
  if (data?.status === "paid") {
    return (
      <Outcome tone="run" icon={CircleCheck} title="It is paid by now" onDismiss={onDismiss}>
        <p>
          You left the payment page without paying, and the invoice was paid after that. <InvoiceLink id={data.id} />
        </p>
      </Outcome>
    );
  }
  return (
    <Outcome tone="warn" icon={CircleAlert} title="You left without paying" onDismiss={onDismiss}>
      <p>Nothing was taken. The invoice stays open, and you can pay it whenever you like.</p>
      {data && <PayButton invoice={data} size="sm" label="Go back to the payment" />}
    </Outcome>
  );
}

interface UnknownOutcomeProps {
  error: Error;
  onRetry: () => void;
  onDismiss: () => void;
}

export function UnknownOutcome({ error, onRetry, onDismiss }: UnknownOutcomeProps) {
  const isForeign = isMissing(error) || (error instanceof ApiError && error.status === 400);
  return (
    <Outcome tone="fail" icon={CircleAlert} title="It is not known how your payment ended" onDismiss={onDismiss}>
      <p>
        {isForeign
          ? "There is no payment of this account under this address. Nothing here was changed by it."
          : `${reason(error)} What you paid counts all the same.`}
      </p>
      {!isForeign && (
        <Button size="sm" onClick={onRetry}>
          Ask again
        </Button>
      )}
    </Outcome>
  );
}

/** What an invoice comes to; its name until that is known. */
function Amount({ id }: { id: string }) {
  const { data } = useQuery(invoiceQuery(id));
  return <span className="tnum font-medium">{data ? cents(data.total_cents ?? 0, data.currency) : "It"}</span>;
}

function PayAgain({ id, label }: { id: string; label: string }) {
  const { data } = useQuery(invoiceQuery(id));
  return data ? <PayButton invoice={data} size="sm" label={label} /> : null;
}

function InvoiceLink({ id }: { id: string }) {
  return (
    <Link to={paths.invoice} params={{ id }} className="text-accent underline underline-offset-2">
      See the invoice
    </Link>
  );
}
