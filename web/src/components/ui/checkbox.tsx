/** A box to tick; half ticked where it stands for several things that differ. */

import * as Radix from "@radix-ui/react-checkbox";
import { Check, Minus } from "lucide-react";
import { cn } from "@/lib/cn";

interface CheckboxProps {
  state: boolean | "some";
  onChange: (isChecked: boolean) => void;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  disabled?: boolean;
  className?: string;
}

export function Checkbox({ state, onChange, className, ...rest }: CheckboxProps) {
  return (
    <Radix.Root
      {...rest}
      checked={state === "some" ? "indeterminate" : state}
      onCheckedChange={(next) => onChange(next === true)}
      className={cn(
        "border-line-strong bg-surface data-[state=checked]:bg-accent data-[state=checked]:border-accent",
        "data-[state=indeterminate]:bg-accent data-[state=indeterminate]:border-accent",
        "inline-flex size-4 shrink-0 items-center justify-center rounded-sm border disabled:opacity-55",
        className,
      )}
    >
      <Radix.Indicator className="text-on-accent">
        {state === "some" ? <Minus aria-hidden className="size-3" /> : <Check aria-hidden className="size-3" />}
      </Radix.Indicator>
    </Radix.Root>
  );
}
