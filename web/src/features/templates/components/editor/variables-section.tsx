/** Designs what an app's owner fills in, one variable after the other. */

import { Plus } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { NEW_VARIABLE, suggested, undefinedNames, type TemplateForm } from "../../form";
import type { FaultOf } from "./faults";
import { VariableEditor } from "./variable-editor";

export function VariablesSection({ faultOf }: { faultOf: FaultOf }) {
  const { control } = useFormContext<TemplateForm>();
  const { fields, append, move, remove } = useFieldArray({ control, name: "variables" });
  const [compose, variables] = useWatch({ control, name: ["compose_spec", "variables"] });
  const missing = undefinedNames(compose, variables);
  return (
    <Card
      title="Variables"
      aside={
        <Button size="sm" onClick={() => append(NEW_VARIABLE)}>
          <Plus aria-hidden />
          Add variable
        </Button>
      }
    >
      {missing.length > 0 && (
        <Notice tone="info" className="m-4">
          <p>The text fills in what is not a variable yet:</p>
          <div className="mt-2 flex flex-wrap gap-2">
            {missing.map((name) => (
              <Button key={name} size="sm" onClick={() => append(suggested(name))}>
                <Plus aria-hidden />
                Add {name}
              </Button>
            ))}
          </div>
        </Notice>
      )}
      {fields.length === 0 && missing.length === 0 && (
        <p className="text-muted px-4 py-3 text-sm">
          None. Write {"${NAME}"} in the compose text for what each owner decides.
        </p>
      )}
      <div className="divide-line divide-y">
        {fields.map(({ id }, index) => (
          <VariableEditor
            key={id}
            index={index}
            isLast={index === fields.length - 1}
            faultOf={faultOf}
            onMove={(to) => move(index, to)}
            onRemove={() => remove(index)}
          />
        ))}
      </div>
    </Card>
  );
}
