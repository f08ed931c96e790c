/** The variables of a template: what needs a decision first, the rest folded away where it is much. */

import { useState } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import type { Variable } from "@/lib/api/types";
import { count } from "@/lib/format";
import { isOptional, isSecret, secretsText, type Settings } from "../settings";
import { VariableField } from "./variable-field";

/** Up to this many are shown together. */
const FEW = 5;

interface SettingsBlockProps {
  variables: Variable[];
  settings: Settings;
  errorOf: (variable: string) => string | undefined;
  onChange: (variable: string, value: string) => void;
}

export function SettingsBlock({ variables, settings, errorOf, onChange }: SettingsBlockProps) {
  const [isOpened, setOpened] = useState(false);
  const folded = variables.length > FEW ? variables.filter(isOptional) : [];
  const shown = variables.filter((one) => !folded.includes(one));
  const isOpen = isOpened || folded.some(({ name }) => errorOf(name) !== undefined);
  const field = (variable: Variable) => (
    <VariableField
      key={variable.name}
      variable={variable}
      value={settings[variable.name] ?? ""}
      error={errorOf(variable.name)}
      onChange={(value) => onChange(variable.name, value)}
    />
  );
  return (
    <>
      {shown.map(field)}
      {variables.filter(isSecret).length > 1 && (
        <p className="text-muted flex items-center justify-between gap-2 text-xs">
          The secrets are kept encrypted and never shown again.
          <CopyButton text={secretsText(variables, settings)} label="Copy all secrets" />
        </p>
      )}
      {folded.length > 0 && (
        <details open={isOpen} onToggle={(event) => setOpened(event.currentTarget.open)}>
          <summary className="text-sm font-medium">{count(folded.length, "more setting")}, all with a default</summary>
          <div className="mt-4 grid gap-4">{folded.map(field)}</div>
        </details>
      )}
    </>
  );
}
