/** A secret, the one time that it is shown: to be copied, not to be changed. */

import { CopyButton } from "./copy-button";
import { Field, Input } from "./field";

interface ShownOnceProps {
  label: string;
  text: string;
  hint: string;
}

export function ShownOnce({ label, text, hint }: ShownOnceProps) {
  return (
    <Field label={label} hint={hint} aside={<CopyButton text={text} label={`Copy the ${label.toLowerCase()}`} />}>
      {(wiring) => <Input {...wiring} readOnly value={text} className="font-mono text-xs" />}
    </Field>
  );
}
