/** A webhook's secret, the one time that it is shown. */

import { Notice } from "@/components/feedback/notice";
import { CopyButton } from "@/components/ui/copy-button";
import { Field, Input } from "@/components/ui/field";

export function ShownSecret({ secret }: { secret: string | null }) {
  if (secret === null) return <Notice tone="info">The secret was shown before and is not shown again.</Notice>;
  return (
    <Field
      label="Secret"
      hint="This is the only time that it is shown. Your receiver verifies signatures with it."
      aside={<CopyButton text={secret} label="Copy the secret" />}
    >
      {(wiring) => <Input {...wiring} readOnly value={secret} className="font-mono" />}
    </Field>
  );
}
