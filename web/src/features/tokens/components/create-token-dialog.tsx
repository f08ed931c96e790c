/** Has a token made, and shows it once. */

import { zodResolver } from "@hookform/resolvers/zod";
import { Controller } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Choice, Choices } from "@/components/ui/radio";
import { ShownOnce } from "@/components/ui/shown-once";
import { fieldErrors, formError } from "@/lib/api/errors";
import { exact } from "@/lib/format";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useCreateToken } from "../api/create-token";
import type { Token } from "../api/list-tokens";
import { SCOPES } from "../standing";

/** The form's name among those of its page. */
export const CREATE_TOKEN = "create-token";

const RULE = z.object({ name: needed("Name"), scope: z.enum(["read", "deploy", "manage"]), days: z.string() });
const DAYS = [7, 30, 90, 365] as const;
const SHOWN = ["name"] as const;

interface CreateTokenProps {
  isOpen: boolean;
  onClose: () => void;
}

export function CreateTokenDialog({ isOpen, onClose }: CreateTokenProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Make an API token"
      description="A program that sends it works as you do, as far as its scope goes."
    >
      <Steps onClose={onClose} />
    </Dialog>
  );
}

function Steps({ onClose }: { onClose: () => void }) {
  const { control, register, handleSubmit, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: CREATE_TOKEN,
    resolver: zodResolver(RULE),
    defaultValues: { name: "", scope: "deploy", days: "90" },
  });
  const { mutate, data, isPending, error } = useCreateToken();
  if (data) return <Made token={data} onClose={onClose} />;
  const submit = handleSubmit(({ name, scope, days }) => mutate({ name, scope, days: Number(days) }));
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="space-y-4">
          <Field
            label="Name"
            isRequired
            hint="As you will recognise it later: where it is used."
            error={formState.errors.name?.message ?? fieldErrors(error).name}
          >
            {(wiring) => <Input {...wiring} {...register("name")} autoComplete="off" />}
          </Field>
          <Controller
            name="scope"
            control={control}
            render={({ field }) => (
              <Choices label="Scope" value={field.value} onChange={field.onChange}>
                {SCOPES.map(({ scope, name, means }) => (
                  <Choice key={scope} value={scope} name={name} hint={means} />
                ))}
              </Choices>
            )}
          />
          <Field label="Expires">
            {(wiring) => (
              <Select {...wiring} {...register("days")}>
                {DAYS.map((days) => (
                  <option key={days} value={days}>
                    In {days} days
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {error && formError(error, [...SHOWN]) && (
          <Notice tone="fail" className="mt-4">
            {formError(error, [...SHOWN])}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          Make token
        </Button>
      </DialogFoot>
    </form>
  );
}

function Made({ token, onClose }: { token: Token; onClose: () => void }) {
  return (
    <>
      <DialogBody>
        {token.token ? (
          <ShownOnce
            label="Token"
            text={token.token}
            hint={`This is the only time that it is shown. It is good until ${exact(token.expires_at)}.`}
          />
        ) : (
          <Notice tone="warn">
            The token was shown before and is not shown again. If you do not have it, revoke it and make another one.
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogFoot>
    </>
  );
}
