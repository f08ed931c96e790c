/** Renames an app. */

import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useChangeDeployment } from "../api/change-deployment";
import type { Deployment } from "../api/list-deployments";

export function NameForm({ deployment }: { deployment: Deployment }) {
  const { id, name: present } = deployment;
  const [name, setName] = useState(present);
  const { mutate, isPending, error } = useChangeDeployment(id);
  const undo = () => {
    setName(present);
    mutate({ name: present });
  };
  return (
    <form
      noValidate
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(
          { name: name.trim() },
          { onSuccess: (now) => toast("done", `It is called ${now.name} now.`, { label: "Undo", onClick: undo }) },
        );
      }}
    >
      <div className="min-w-0 flex-1 basis-60">
        <Field
          label="Name"
          isRequired
          hint="Its addresses stay as they are."
          error={fieldErrors(error).name ?? formError(error, ["name"]) ?? undefined}
        >
          {(wiring) => (
            <Input {...wiring} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
      </div>
      <Button
        type="submit"
        className="sm:mt-6"
        isBusy={isPending}
        disabled={name.trim() === "" || name.trim() === present}
      >
        Rename
      </Button>
    </form>
  );
}
