/** One of several choices, each a row that says what it means. */

import * as Radix from "@radix-ui/react-radio-group";
import { useId, type ReactNode } from "react";
import { cn } from "@/lib/cn";

interface ChoicesProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  children: ReactNode;
}

export function Choices({ label, value, onChange, error, children }: ChoicesProps) {
  const id = useId();
  return (
    <>
      <Radix.Root
        aria-label={label}
        value={value}
        onValueChange={onChange}
        className="grid gap-2"
        {...(error && { "aria-describedby": id, "aria-invalid": true })}
      >
        {children}
      </Radix.Root>
      {error && (
        <p id={id} role="alert" className="text-fail mt-1 text-xs">
          {error}
        </p>
      )}
    </>
  );
}

interface ChoiceProps {
  value: string;
  name: ReactNode;
  /** Right of the name, or below it where there is no room. */
  aside?: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

export function Choice({ value, name, aside, hint, disabled = false }: ChoiceProps) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className={cn(
        "border-line has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft",
        "flex min-h-11 flex-wrap items-center gap-x-3 gap-y-2 rounded-md border px-3 py-2 transition-colors duration-150",
        disabled ? "cursor-not-allowed" : "hover:border-line-strong cursor-pointer",
      )}
    >
      <Radix.Item
        id={id}
        value={value}
        disabled={disabled}
        className="border-line-strong data-[state=checked]:border-accent bg-surface inline-flex size-4 shrink-0 items-center justify-center rounded-full border disabled:opacity-55"
      >
        <Radix.Indicator className="bg-accent size-2 rounded-full" />
      </Radix.Item>
      <span className="min-w-0 flex-1 basis-36">
        <span className={cn("block truncate text-sm font-medium", disabled && "text-muted")}>{name}</span>
        {hint && <span className="text-muted block text-xs">{hint}</span>}
      </span>
      {aside}
    </label>
  );
}
