/** Renames an app. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useChangeDeployment } from "../api/change-deployment";
import type { Deployment } from "../api/list-deployments";

const RULE = z.object({ name: needed("Name") });

export function NameForm({ deployment }: { deployment: Deployment }) {
  const { id, name: present } = deployment;
  const { register, handleSubmit, control, reset, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: "name",
    resolver: zodResolver(RULE),
    defaultValues: { name: present },
  });
  const { mutate, isPending, error } = useChangeDeployment(id);
  const undo = () => {
    reset({ name: present });
    mutate({ name: present });
  };
  const rename = handleSubmit((given) =>
    mutate(given, {
      onSuccess: (now) => {
        reset({ name: now.name });
        toast("done", `It is called ${now.name} now.`, { label: "Undo", onClick: undo });
      },
    }),
  );
  const name = useWatch({ control, name: "name" });
  return (
    <form
      noValidate
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => void rename(event)}
    >
      <div className="min-w-0 flex-1 basis-60">
        <Field
          label="Name"
          isRequired
          hint="Its addresses stay as they are."
          error={formState.errors.name?.message ?? fieldErrors(error).name ?? formError(error, ["name"]) ?? undefined}
        >
          {(wiring) => <Input {...wiring} {...register("name")} maxLength={100} />}
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
