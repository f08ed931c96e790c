/** The choices of a new server. */

import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useController, useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot } from "@/components/ui/dialog";
import { CheckField, Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { needed } from "@/lib/forms/rules";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { hex } from "@/lib/random";
import type { Credential } from "../../credentials/api/list-credentials";
import { useCreateProvision } from "../api/create-provision";
import type { Region, Size } from "../api/list-choices";
import { costIn, firstRegion, firstSize, offerIn, sizesIn } from "../choices";

const RULE = z.object({
  instance_name: needed("Name").check(
    z.maxLength(63, "A name has at most 63 characters."),
    z.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "Small letters, digits and hyphens; a hyphen neither first nor last."),
  ),
  region: z.string(),
  /** The size that somebody chose; empty for the one that is offered first. */
  size: z.string(),
  open_web_ports: z.boolean(),
});

const FIELDS = ["instance_name", "region", "size"];

interface ServerFormProps {
  credential: Credential;
  regions: Region[];
  sizes: Size[];
  onClose: () => void;
  /** The choice of the credential. */
  children: ReactNode;
}

export function ServerForm({ credential, regions, sizes, onClose, children }: ServerFormProps) {
  const { register, handleSubmit, control, formState } = useTypedForm<z.infer<typeof RULE>>({
    name: "create-server",
    resolver: zodResolver(RULE),
    defaultValues: {
      instance_name: `server-${hex(6)}`,
      region: firstRegion(regions, credential.default_region),
      size: "",
      open_web_ports: false,
    },
  });
  const { field: ports } = useController({ control, name: "open_web_ports" });
  const { field: sizing } = useController({ control, name: "size" });
  const region = useWatch({ control, name: "region" });
  const { mutate, isPending, error } = useCreateProvision();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const offered = sizesIn(region, sizes);
  const size = offered.find(({ id }) => id === sizing.value)?.id ?? firstSize(offered);
  const chosen = offered.find(({ id }) => id === size);
  const submit = handleSubmit((given) =>
    mutate({ ...given, credential_id: credential.id, size }, { onSuccess: onClose }),
  );

  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => void submit(event)}
    >
      <DialogBody>
        <div className="grid gap-4">
          {children}
          <Field label="Name" isRequired hint="Small letters, digits and hyphens." error={formState.errors.instance_name?.message ?? refused.instance_name}>
            {(wiring) => (
              <Input
                {...wiring}
                {...register("instance_name")}
                maxLength={63}
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
              />
            )}
          </Field>
          <Field label="Region" error={refused.region}>
            {(wiring) => (
              <Select {...wiring} {...register("region")}>
                {regions.map((one) => (
                  <option key={one.id} value={one.id} disabled={!one.available}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Size" error={refused.size}>
            {(wiring) => (
              <Select {...wiring} value={size} onChange={sizing.onChange} onBlur={sizing.onBlur}>
                {offered.map((one) => (
                  <option key={one.id} value={one.id}>
                    {offerIn(region, one)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <CheckField
            label="Open ports 80 and 443"
            hint="For what you run there yourself. Apps do not need them: Hoster leads to theirs."
            isChecked={ports.value}
            onChange={ports.onChange}
          />
        </div>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <p className="tnum text-muted mr-auto text-sm">
          {chosen && `${costIn(region, chosen)} at the provider`}
        </p>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={size === ""}>
          Create server
        </Button>
      </DialogFoot>
    </form>
  );
}
