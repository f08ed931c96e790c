/** A secret that is set and never shown: it stays, or another one takes its place. */

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Field, Input } from "@/components/ui/field";
import type { Variable } from "@/lib/api/types";
import { generate, labelOf } from "../settings";

const STAYING = "Encrypted, and not shown again.";
const SHOWN = "Shown only here: copy it if you will need it.";

interface SecretFieldProps {
  variable: Variable;
  isSet: boolean;
  /** What is to take its place; undefined while it stays. */
  edit: string | null | undefined;
  error: string | undefined;
  onEdit: (value: string | undefined) => void;
}

export function SecretField({ variable, isSet, edit, error, onEdit }: SecretFieldProps) {
  const label = labelOf(variable);
  const isStaying = typeof edit !== "string";
  return (
    <Field
      label={label}
      hint={[variable.description, isStaying ? isSet && STAYING : SHOWN].filter(Boolean).join(" ")}
      error={error}
      aside={
        isStaying ? (
          <Button
            size="sm"
            look="ghost"
            aria-label={`Replace ${label}`}
            onClick={() => onEdit(variable.generator ? generate(variable) : "")}
          >
            Replace
          </Button>
        ) : (
          <span className="flex">
            <CopyButton text={edit} label={`Copy ${label}`} />
            <Button size="sm" look="ghost" aria-label={`Keep the present ${label}`} onClick={() => onEdit(undefined)}>
              Keep the present one
            </Button>
          </span>
        )
      }
    >
      {(wiring) => (
        <Input
          {...wiring}
          value={isStaying ? "" : edit}
          placeholder={isSet ? "••••••••••••" : "Not set"}
          readOnly={isStaying}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          onChange={(event) => onEdit(event.target.value)}
        />
      )}
    </Field>
  );
}
