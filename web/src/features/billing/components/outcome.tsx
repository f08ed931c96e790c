/** How something that was paid ended, in words and where it is seen. */

import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";

const TONES = {
  run: "border-run text-run",
  work: "border-work text-work",
  warn: "border-warn text-warn",
  fail: "border-fail text-fail",
} as const;

interface OutcomeProps {
  tone: keyof typeof TONES;
  icon: LucideIcon;
  isTurning?: boolean;
  title: string;
  children: ReactNode;
  onDismiss?: () => void;
}

export function Outcome({ tone, icon: Icon, isTurning = false, title, children, onDismiss }: OutcomeProps) {
  return (
    <div
      role="status"
      aria-label="Your payment"
      className={cn("bg-surface mb-6 flex min-h-20 items-start gap-3 rounded-md border p-4", TONES[tone])}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-5 shrink-0", isTurning && "animate-spin")} />
      <div className="text-text min-w-0 flex-1 space-y-2 text-sm">
        <h2 className="text-sm font-semibold">{title}</h2>
        {children}
      </div>
      {onDismiss && (
        <Button look="ghost" size="sm" onClick={onDismiss}>
          Close
        </Button>
      )}
    </div>
  );
}

/** Until Stripe has said how it ended. */
export function AskingOutcome() {
  return (
    <Outcome tone="work" icon={LoaderCircle} isTurning title="Asking Stripe how your payment ended">
      <p>This takes a moment. You can leave this page: what you paid counts all the same.</p>
    </Outcome>
  );
}
