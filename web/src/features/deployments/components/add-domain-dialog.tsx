/** Asks for a host name of one's own. */

import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useAddDomain } from "../api/add-domain";

/** The form's name among those of its page. */
export const ADD_DOMAIN = "add-domain";

const RULE = z.object({ hostname: needed("Host name") });

interface AddDomainProps {
  deploymentId: string;
  isOpen: boolean;
  onClose: () => void;
}

export function AddDomainDialog({ deploymentId, isOpen, onClose }: AddDomainProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a domain"
      description="It leads to the app once it is proven that the name is yours."
    >
      <DomainForm deploymentId={deploymentId} onClose={onClose} />
    </Dialog>
  );
}

function DomainForm({ deploymentId, onClose }: Omit<AddDomainProps, "isOpen">) {
  const { register, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: ADD_DOMAIN,
    resolver: zodResolver(RULE),
    defaultValues: { hostname: "" },
  });
  const { mutate, isPending, error } = useAddDomain(deploymentId);
  const general = formError(error, ["hostname"]);
  const submit = handleSubmit(({ hostname }) =>
    mutate(hostname, {
      onSuccess: () => {
        toast("done", `${hostname} added. It waits for its proof.`);
        onClose();
      },
    }),
  );
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <Field
          label="Host name"
          isRequired
          hint="A full name, such as www.example.com."
          error={formState.errors.hostname?.message ?? fieldErrors(error).hostname}
        >
          {(wiring) => (
            <Input
              {...wiring}
              {...register("hostname")}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
            />
          )}
        </Field>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Add domain
        </Button>
      </DialogFoot>
    </form>
  );
}
