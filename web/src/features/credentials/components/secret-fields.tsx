/** The secret parts of a credential, as its provider names them. */

import { useFormContext } from "react-hook-form";
import { Field, Input } from "@/components/ui/field";
import { PROVIDERS } from "../providers";

/** What a form that has the fields holds at least: every part by its name. */
export interface WithSecrets {
  secrets: Record<string, string>;
}

/** Stands within the form that it is a part of. */
export function SecretFields({ provider, error }: { provider: string; error: string | undefined }) {
  const { register, formState } = useFormContext<WithSecrets>();
  return (PROVIDERS[provider]?.members ?? []).map(({ name, label, isSecret }) => (
    <Field
      key={name}
      label={label}
      isRequired
      hint={isSecret ? "One that may read and write. It is encrypted at once and never shown again." : undefined}
      error={formState.errors.secrets?.[name]?.message ?? (isSecret ? error : undefined)}
    >
      {(wiring) => (
        <Input
          {...wiring}
          {...register(`secrets.${name}`)}
          type={isSecret ? "password" : "text"}
          autoComplete="off"
        />
      )}
    </Field>
  ));
}
