/** The choices of a new server. */

import { useState, type ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot } from "@/components/ui/dialog";
import { CheckField, Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { cores, size as megabytes } from "@/lib/format";
import { hex } from "@/lib/random";
import type { Credential } from "../../credentials/api/list-credentials";
import { useCreateProvision } from "../api/create-provision";
import type { Region, Size } from "../api/list-choices";
import { costIn, firstRegion, firstSize, sizesIn } from "../choices";

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
  const [name, setName] = useState(() => `server-${hex(6)}`);
  const [region, setRegion] = useState(() => firstRegion(regions, credential.default_region));
  const [picked, setPicked] = useState<string>();
  const [isWebOpen, setWebOpen] = useState(false);
  const { mutate, isPending, error } = useCreateProvision();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const offered = sizesIn(region, sizes);
  const size = offered.find(({ id }) => id === picked)?.id ?? firstSize(offered);
  const chosen = offered.find(({ id }) => id === size);
  const submit = () =>
    mutate(
      { credential_id: credential.id, instance_name: name.trim(), region, size, open_web_ports: isWebOpen },
      { onSuccess: onClose },
    );

  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <DialogBody>
        <div className="grid gap-4">
          {children}
          <Field label="Name" isRequired hint="Small letters, digits and hyphens." error={refused.instance_name}>
            {(wiring) => (
              <Input
                {...wiring}
                value={name}
                pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
                maxLength={63}
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Region" error={refused.region}>
            {(wiring) => (
              <Select {...wiring} value={region} onChange={(event) => setRegion(event.target.value)}>
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
              <Select {...wiring} value={size} onChange={(event) => setPicked(event.target.value)}>
                {offered.map((one) => (
                  <option key={one.id} value={one.id}>
                    {offer(region, one)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <CheckField
            label="Open ports 80 and 443"
            hint="For what you run there yourself. Apps do not need them: Hoster leads to theirs."
            isChecked={isWebOpen}
            onChange={setWebOpen}
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

function offer(region: string, size: Size): string {
  const { id, cpu_cores, memory_mb, disk_gb } = size;
  const shape = `${cores(cpu_cores)}, ${megabytes(memory_mb)} memory, ${disk_gb} GB disk`;
  return `${shape} · ${costIn(region, size)} (${id})`;
}
