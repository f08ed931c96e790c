/** Files that the app finds in its containers. */

import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Input, Textarea } from "@/components/ui/field";
import { NEW_FILE, type TemplateForm } from "../../form";
import type { FaultOf } from "./faults";

export function FilesSection({ faultOf }: { faultOf: FaultOf }) {
  const { control, register } = useFormContext<TemplateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "config_files" });
  return (
    <Card
      title="Config files"
      aside={
        <Button size="sm" onClick={() => append(NEW_FILE)}>
          <Plus aria-hidden />
          Add file
        </Button>
      }
    >
      {fields.length === 0 && (
        <p className="text-muted px-4 py-3 text-sm">
          None. A file with an absolute path is found in every service, read-only.
        </p>
      )}
      <div className="divide-line divide-y">
        {fields.map(({ id }, index) => {
          const path = `config_files.${index}` as const;
          return (
            <fieldset key={id} className="grid gap-4 p-4 sm:grid-cols-[1fr_2fr_88px_36px]">
              <legend className="sr-only">File {index + 1}</legend>
              <Field label="Name" isRequired error={faultOf(`${path}.name`)}>
                {(wiring) => <Input {...wiring} {...register(`${path}.name`)} autoComplete="off" />}
              </Field>
              <Field label="Path" isRequired error={faultOf(`${path}.path`) ?? faultOf(path)}>
                {(wiring) => (
                  <Input {...wiring} {...register(`${path}.path`)} placeholder="/etc/app.conf" className="font-mono" autoComplete="off" />
                )}
              </Field>
              <Field label="Mode" error={faultOf(`${path}.mode`)}>
                {(wiring) => <Input {...wiring} {...register(`${path}.mode`)} className="font-mono" autoComplete="off" />}
              </Field>
              <Button look="ghost" size="icon" className="sm:mt-6" aria-label={`Remove file ${index + 1}`} onClick={() => remove(index)}>
                <Trash2 aria-hidden />
              </Button>
              <div className="sm:col-span-4">
                <Field label="Content" error={faultOf(`${path}.content`)}>
                  {(wiring) => <Textarea {...wiring} {...register(`${path}.content`)} spellCheck={false} />}
                </Field>
              </div>
            </fieldset>
          );
        })}
      </div>
    </Card>
  );
}
