/** Turns one thing on or off, at once. */

import * as Radix from "@radix-ui/react-switch";
import { useId, type ReactNode } from "react";
import { cn } from "@/lib/cn";

interface SwitchProps {
  label: string;
  hint?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  disabled?: boolean;
}

/** The switch stands right of its label, so that switches below each other line up. */
export function SwitchField({ label, hint, isOn, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-muted mt-1 text-xs">
            {hint}
          </p>
        )}
      </div>
      <Switch
        id={id}
        isOn={isOn}
        onChange={onChange}
        disabled={disabled}
        {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
      />
    </div>
  );
}

interface BareSwitchProps {
  id?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
}

export function Switch({ isOn, onChange, ...rest }: BareSwitchProps) {
  return (
    <Radix.Root
      {...rest}
      checked={isOn}
      onCheckedChange={onChange}
      className={cn(
        "bg-line-strong data-[state=checked]:bg-accent inline-flex h-5 w-9 shrink-0 items-center rounded-full",
        "p-0.5 transition-colors duration-150 disabled:opacity-55",
      )}
    >
      <Radix.Thumb className="bg-surface data-[state=checked]:bg-on-accent size-4 rounded-full transition-transform duration-150 data-[state=checked]:translate-x-4" />
    </Radix.Root>
  );
}
