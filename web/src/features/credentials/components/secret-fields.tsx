/** The secret parts of a credential, as its provider names them. */

import { Field, Input } from "@/components/ui/field";
import { PROVIDERS } from "../providers";

interface SecretFieldsProps {
  provider: string;
  values: Record<string, string>;
  error: string | undefined;
  onChange: (values: Record<string, string>) => void;
}

export function SecretFields({ provider, values, error, onChange }: SecretFieldsProps) {
  return (PROVIDERS[provider]?.members ?? []).map((one) => (
    <Field
      key={one.name}
      label={one.label}
      isRequired
      hint={one.isSecret ? "One that may read and write. It is encrypted at once and never shown again." : undefined}
      error={one.isSecret ? error : undefined}
    >
      {(wiring) => (
        <Input
          {...wiring}
          type={one.isSecret ? "password" : "text"}
          autoComplete="off"
          value={values[one.name] ?? ""}
          onChange={(event) => onChange({ ...values, [one.name]: event.target.value })}
        />
      )}
    </Field>
  ));
}
