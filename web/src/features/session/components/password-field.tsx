/** A password, which can be shown while it is typed; a new one says how strong it is. */

import { Eye, EyeOff } from "lucide-react";
import { useState, type Ref } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { cn } from "@/lib/cn";
import { STRENGTHS, strength } from "../password";

interface PasswordFieldProps {
  value: string;
  onChange: (password: string) => void;
  onBlur?: () => void;
  /** Takes the focus when something is wrong with it. */
  ref?: Ref<HTMLInputElement>;
  error?: string | undefined;
  /** For a new password: the e-mail address that must not be in it. */
  newFor?: string | undefined;
}

export function PasswordField({ value, onChange, onBlur, ref, error, newFor }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  const isNew = newFor !== undefined;
  return (
    <div>
      <Field label="Password" isRequired hint={isNew ? "At least 8 characters." : undefined} error={error}>
        {(wiring) => (
          <div className="relative">
            <Input
              {...wiring}
              type={isShown ? "text" : "password"}
              autoComplete={isNew ? "new-password" : "current-password"}
              className="pr-11"
              ref={ref}
              value={value}
              onBlur={onBlur}
              onChange={(event) => onChange(event.target.value)}
            />
            <span className="absolute top-0 right-0">
              <Button
                look="ghost"
                size="icon"
                aria-label={isShown ? "Hide what is typed" : "Show what is typed"}
                onClick={() => setShown(!isShown)}
              >
                <Icon aria-hidden />
              </Button>
            </span>
          </div>
        )}
      </Field>
      {isNew && <Strength score={strength(value, newFor)} isEmpty={value === ""} />}
    </div>
  );
}

const HUES = ["bg-fail", "bg-fail", "bg-warn", "bg-run", "bg-run"] as const;

function Strength({ score, isEmpty }: { score: number; isEmpty: boolean }) {
  return (
    <div className="mt-2 flex h-5 items-center gap-3">
      <div aria-hidden className="flex flex-1 gap-1">
        {[1, 2, 3, 4].map((part) => (
          <span key={part} className={cn("h-1 flex-1 rounded-full", score >= part ? HUES[score] : "bg-hover")} />
        ))}
      </div>
      <p role="status" className="text-muted w-20 text-right text-xs">
        <span className="sr-only">{isEmpty ? "" : "Password strength: "}</span>
        {isEmpty ? "" : STRENGTHS[score]}
      </p>
    </div>
  );
}
