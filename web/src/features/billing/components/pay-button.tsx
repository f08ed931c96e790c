/** Leads to where an invoice is paid; there only for those that can be. */

import { Button } from "@/components/ui/button";
import { useReturn } from "@/lib/use-return";
import { usePayInvoice } from "../api/pay-invoice";
import type { Invoice } from "../api/list-invoices";
import { isPayable } from "../invoices";

interface PayButtonProps {
  invoice: Invoice;
  size?: "md" | "sm";
  label: string;
}

export function PayButton({ invoice, size = "md", label }: PayButtonProps) {
  const { mutate, isPending, isSuccess, reset } = usePayInvoice(invoice.id);
  // The browser shows this page as it was when somebody goes back to it: busy for ever.
  useReturn(reset);
  if (!isPayable(invoice)) return null;
  return (
    <Button
      look="primary"
      size={size}
      isBusy={isPending || isSuccess}
      onClick={() => mutate()}
      className="print:hidden"
    >
      {label}
    </Button>
  );
}
