/** Asks for a bucket of one's own, or for what changes of one, and has it proven. */

import { zodResolver } from "@hookform/resolvers/zod";
import { useWatch } from "react-hook-form";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import type { Bucket } from "../api/list-buckets";
import { useSaveBucket } from "../api/save-bucket";
import { begun, FIELDS, ruleOf, wantedOf, type BucketForm } from "../form";
import { isStore, STORES, storeOf, type StoreId } from "../stores";
import { KeyRights } from "./key-rights";

/** The form's name among those of its page. */
export const ADD_BUCKET = "add-bucket";

interface BucketDialogProps {
  /** The one that is changed; a new one without it. */
  bucket?: Bucket;
  /** Whether something uses it, so that it stays where it is. */
  isInUse?: boolean;
  onClose: () => void;
}

export function BucketDialog({ bucket, isInUse = false, onClose }: BucketDialogProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={bucket ? `Change ${bucket.name}` : "Add a bucket"}
      description={
        bucket
          ? "Backups that lie there are fetched with what stands here. It is checked before you rely on it."
          : "Backups of the apps that you choose go there, encrypted. It is checked before you rely on it."
      }
      isWide
    >
      <Form bucket={bucket} isInUse={isInUse} onClose={onClose} />
    </Dialog>
  );
}

type FormProps = Required<Omit<BucketDialogProps, "bucket">> & { bucket: Bucket | undefined };

function Form({ bucket, isInUse, onClose }: FormProps) {
  const { mutate, isPending, error, saved } = useSaveBucket(bucket);
  const { register, control, getValues, setValue, handleSubmit, formState } = useTypedForm<BucketForm>({
    name: bucket ? `change-${bucket.id}` : ADD_BUCKET,
    // The secret is nowhere but in its field.
    open: (values) => ({ ...values, secret_access_key: "" }),
    resolver: zodResolver(ruleOf(saved === undefined)),
    defaultValues: begun(bucket),
  });
  const [id, region, called, prefix] = useWatch({ control, name: ["store", "region", "bucket", "prefix"] });
  const store = storeOf(id);
  const shown = FIELDS.filter((field) => field !== "endpoint" || store.endpointOf !== null);
  const refused = fieldErrors(error);
  const general = formError(error, shown);
  const told = (field: (typeof FIELDS)[number]) => formState.errors[field]?.message ?? refused[field];
  const choose = (other: StoreId) => {
    const next = storeOf(other);
    if (getValues("name") === store.label) setValue("name", next.label);
    setValue("store", other, { shouldDirty: true });
    setValue("region", next.region);
    setValue("endpoint", next.endpointOf?.(next.region) ?? "");
  };
  /** The endpoint follows the region as long as nobody wrote another one. */
  const follow = (next: string) => {
    if (!isInUse && getValues("endpoint") === store.endpointOf?.(region)) setValue("endpoint", store.endpointOf(next.trim()));
  };
  const submit = handleSubmit((values) =>
    mutate(wantedOf(values), {
      onSuccess: ({ name }) => {
        toast("done", `${name} works: an archive was put there, fetched, compared and deleted.`);
        onClose();
      },
    }),
  );
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field label="Name" isRequired error={told("name")}>
            {(wiring) => <Input {...wiring} {...register("name")} autoComplete="off" />}
          </Field>
          <Field label="Store">
            {(wiring) => (
              <Select
                {...wiring}
                value={id}
                disabled={isInUse}
                onChange={({ target }) => isStore(target.value) && choose(target.value)}
              >
                {Object.entries(STORES).map(([one, { label }]) => (
                  <option key={one} value={one}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Region" isRequired error={told("region")}>
            {(wiring) => (
              <Input
                {...wiring}
                {...register("region", { onChange: (event: { target: { value: string } }) => follow(event.target.value) })}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
          {store.endpointOf && (
            <Field label="Endpoint" isRequired error={told("endpoint")}>
              {(wiring) => (
                <Input
                  {...wiring}
                  {...register("endpoint")}
                  readOnly={isInUse}
                  inputMode="url"
                  placeholder={store.example}
                  autoComplete="off"
                  spellCheck={false}
                />
              )}
            </Field>
          )}
          <Field label="Bucket" isRequired error={told("bucket")}>
            {(wiring) => <Input {...wiring} {...register("bucket")} readOnly={isInUse} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field
            label="Folder"
            hint={isInUse ? "Where it is stays as long as an app or a backup uses it." : "Empty for the top of the bucket."}
            error={told("prefix")}
          >
            {(wiring) => <Input {...wiring} {...register("prefix")} readOnly={isInUse} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field label="Access key ID" isRequired error={told("access_key_id")}>
            {(wiring) => <Input {...wiring} {...register("access_key_id")} autoComplete="off" spellCheck={false} />}
          </Field>
          <Field
            label="Secret access key"
            isRequired={saved === undefined}
            hint={saved ? "Empty keeps the one that is stored." : "It is encrypted at once and never shown again."}
            error={told("secret_access_key")}
          >
            {(wiring) => <Input {...wiring} {...register("secret_access_key")} type="password" autoComplete="off" />}
          </Field>
          <div className="grid grid-cols-1 gap-3 sm:col-span-2">
            <KeyRights store={id} bucket={called} prefix={prefix} />
            {general && (
              <Notice tone="fail">
                {saved && "What you wrote is stored, and does not work yet. "}
                {general}
              </Notice>
            )}
          </div>
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{saved ? "Leave it" : "Not now"}</Button>
        <Button type="submit" look="primary" isBusy={isPending}>
          {saved ? "Save and check" : "Add and check"}
        </Button>
      </DialogFoot>
    </form>
  );
}
