/** One setting of an app, with the control that fits its type. */

import { RefreshCw } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Field, Input, Select, type Wiring } from "@/components/ui/field";
import { SwitchField } from "@/components/ui/switch";
import type { Variable } from "@/lib/api/types";
import { generate, isMadeLater, isSecret, labelOf, optionsOf } from "../settings";

interface VariableFieldProps {
  variable: Variable;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
  /** Where it can go back to what the template says. */
  onReset?: (() => void) | undefined;
}

export function VariableField({ variable, value, error, onChange, onReset }: VariableFieldProps) {
  const label = labelOf(variable);
  if (variable.type === "boolean") {
    const hint = [variable.description, error].filter(Boolean).join(" ");
    return (
      <SwitchField
        label={label}
        {...(hint && { hint })}
        isOn={value === "true"}
        onChange={(isOn) => onChange(String(isOn))}
      />
    );
  }
  const isLater = isMadeLater(variable);
  const hint = [
    variable.description,
    isLater && "Made when the app is deployed, unless you give a value.",
    isSecret(variable) && !isLater && "Shown only here: copy it if you will need it.",
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      isRequired={(variable.required ?? false) && !isLater}
      aside={
        variable.generator && !isMadeLater(variable) ? (
          <Made {...{ variable, value, onChange }} />
        ) : (
          onReset && (
            <Button size="sm" look="ghost" className="-my-1" aria-label={`Use the default of ${label}`} onClick={onReset}>
              Use the default
            </Button>
          )
        )
      }
    >
      {(wiring) => <Control {...{ variable, value, wiring, onChange }} />}
    </Field>
  );
}

function Made({ variable, value, onChange }: Pick<VariableFieldProps, "variable" | "value" | "onChange">) {
  const label = labelOf(variable);
  return (
    <span className="flex">
      <Button
        look="ghost"
        size="sm"
        aria-label={`Generate another ${label}`}
        title="Generate another"
        onClick={() => onChange(generate(variable))}
      >
        <RefreshCw aria-hidden />
      </Button>
      <CopyButton text={value} label={`Copy ${label}`} />
    </span>
  );
}

interface ControlProps {
  variable: Variable;
  value: string;
  wiring: Wiring;
  onChange: (value: string) => void;
}

function Control({ variable, value, wiring, onChange }: ControlProps) {
  const options = optionsOf(variable);
  if (options.length > 0) {
    return (
      <Select {...wiring} value={value} onChange={(event) => onChange(event.target.value)}>
        {!variable.required && <option value="">None</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    );
  }
  const isNumber = variable.type === "integer" || variable.type === "number";
  const isMachine = isSecret(variable) || variable.type === "domain";
  return (
    <Input
      {...wiring}
      value={value}
      inputMode={isNumber ? "numeric" : variable.type === "domain" ? "url" : undefined}
      autoComplete="off"
      spellCheck={false}
      className={isMachine ? "font-mono" : ""}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
