/** One variable of a template: what it is called, what it may be, and where its value comes from. */

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field, Input, Select, Textarea } from "@/components/ui/field";
import { words } from "@/lib/format";
import { GENERATORS, VARIABLE_TYPES, WITHOUT_LENGTH, type TemplateForm } from "../../form";
import type { FaultOf } from "./faults";

interface VariableEditorProps {
  index: number;
  isLast: boolean;
  faultOf: FaultOf;
  onMove: (to: number) => void;
  onRemove: () => void;
}

const MEANINGS: Record<(typeof VARIABLE_TYPES)[number], string> = {
  string: "Text",
  secret: "Secret: encrypted, never shown again",
  integer: "Whole number",
  boolean: "Yes or no",
  enum: "One of several",
  domain: "Host name",
};

const CALLED: Record<string, string> = {
  uuid: "UUID",
  symbols: "Password with symbols",
  base64_bytes: "Base64 of bytes",
  timestamp: "Time in seconds",
  timestamp_ms: "Time in milliseconds",
  jwt: "Signed token (JWT)",
};

export function VariableEditor({ index, isLast, faultOf, onMove, onRemove }: VariableEditorProps) {
  const { register } = useFormContext<TemplateForm>();
  const variable = useWatch<TemplateForm, `variables.${number}`>({ name: `variables.${index}` });
  const path = `variables.${index}` as const;
  const called = variable.name || `Variable ${index + 1}`;
  const canBeMade = variable.type === "string" || variable.type === "secret";
  return (
    <fieldset className="grid gap-4 p-4 sm:grid-cols-2">
      <legend className="sr-only">{called}</legend>
      <Field label="Name" isRequired error={faultOf(`${path}.name`) ?? faultOf(path)} hint="As the compose text writes it.">
        {(wiring) => (
          <Input {...wiring} {...register(`${path}.name`)} className="font-mono" autoComplete="off" spellCheck={false} />
        )}
      </Field>
      <Field label="Type" error={faultOf(`${path}.type`)}>
        {(wiring) => (
          <Select {...wiring} {...register(`${path}.type`)}>
            {VARIABLE_TYPES.map((type) => (
              <option key={type} value={type}>
                {MEANINGS[type]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Label" error={faultOf(`${path}.label`)} hint="What people read; the name without it.">
        {(wiring) => <Input {...wiring} {...register(`${path}.label`)} maxLength={200} autoComplete="off" />}
      </Field>
      <Field label="Hint" error={faultOf(`${path}.description`)}>
        {(wiring) => <Input {...wiring} {...register(`${path}.description`)} maxLength={2000} autoComplete="off" />}
      </Field>
      {variable.type === "enum" && (
        <Field label="Options" isRequired error={faultOf(`${path}.options`)} hint="One a line; “small = Small, 1 GB” shows a label.">
          {(wiring) => <Textarea {...wiring} {...register(`${path}.options`)} spellCheck={false} />}
        </Field>
      )}
      {canBeMade && (
        <div className="flex gap-2 [&>*:first-child]:flex-1">
          <Field label="Generator" error={faultOf(`${path}.generator`)} hint="Makes a value when the app is deployed.">
            {(wiring) => (
              <Select {...wiring} {...register(`${path}.generator`)}>
                <option value="">None</option>
                {GENERATORS.map((kind) => (
                  <option key={kind} value={kind}>
                    {CALLED[kind] ?? words(kind)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {variable.generator !== "" && !WITHOUT_LENGTH.includes(variable.generator) && (
            <Field label="Length">
              {(wiring) => (
                <Input {...wiring} {...register(`${path}.length`)} type="number" min={8} max={256} className="tnum w-20!" />
              )}
            </Field>
          )}
        </div>
      )}
      {canBeMade && variable.generator === "jwt" && (
        <>
          <Field label="Signed with" isRequired error={faultOf(`${path}.generator`)} hint="The name of the variable whose value signs it.">
            {(wiring) => (
              <Input {...wiring} {...register(`${path}.secret`)} className="font-mono" autoComplete="off" spellCheck={false} />
            )}
          </Field>
          <Field label="Claims" hint="What the token says, as a JSON object.">
            {(wiring) => <Textarea {...wiring} {...register(`${path}.claims`)} spellCheck={false} />}
          </Field>
        </>
      )}
      {!(canBeMade && variable.generator) && (
        <Field label="Default" error={faultOf(`${path}.default`)}>
          {(wiring) =>
            variable.type === "boolean" ? (
              <Select {...wiring} {...register(`${path}.default`)}>
                <option value="">None</option>
                <option value="true">Yes</option>
                <option value="false">No</option>
              </Select>
            ) : (
              <Input {...wiring} {...register(`${path}.default`)} autoComplete="off" spellCheck={false} />
            )
          }
        </Field>
      )}
      {canBeMade && (
        <Field label="Pattern" error={faultOf(`${path}.validation`)} hint="A regular expression that the whole value fits.">
          {(wiring) => (
            <Input {...wiring} {...register(`${path}.validation`)} className="font-mono" autoComplete="off" spellCheck={false} />
          )}
        </Field>
      )}
      <div className="flex items-center gap-1 sm:col-span-2">
        <label className="mr-auto flex items-center gap-2 text-sm font-medium">
          <input type="checkbox" {...register(`${path}.required`)} className="accent-accent size-4" />
          It must have a value
        </label>
        <Button look="ghost" size="icon" aria-label={`Move ${called} up`} disabled={index === 0} onClick={() => onMove(index - 1)}>
          <ArrowUp aria-hidden />
        </Button>
        <Button look="ghost" size="icon" aria-label={`Move ${called} down`} disabled={isLast} onClick={() => onMove(index + 1)}>
          <ArrowDown aria-hidden />
        </Button>
        <Button look="ghost" size="icon" aria-label={`Remove ${called}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </Button>
      </div>
    </fieldset>
  );
}
