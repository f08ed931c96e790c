/** Has a version tested: in which account, where, on how large a server, at which price. */

import { useWatch } from "react-hook-form";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { costIn, firstRegion, firstSize, offerIn, sizesIn } from "../../provisions/choices";
import { WithChoices, type Offered } from "../../provisions/components/with-choices";
import { useProveVersion } from "../api/prove-version";

interface ProveDialogProps {
  templateId: string;
  version: string;
  onClose: () => void;
}

export default function ProveDialog(props: ProveDialogProps) {
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={`Test version ${props.version}`}
      description="A server is made in your own account at the provider, who bills its minutes. It is destroyed at the end, whatever comes of the test. Hoster charges nothing for it."
      isWide
    >
      <WithChoices>{(offered) => <Where {...offered} {...props} />}</WithChoices>
    </Dialog>
  );
}

const FIELDS = ["cloud_credential_id", "region", "size"];

function Where({ credential, regions, sizes, choice, templateId, version, onClose }: Offered & ProveDialogProps) {
  const { register, control, handleSubmit, setValue } = useTypedForm({
    name: "prove-version",
    // An empty size is the one that is offered first.
    defaultValues: { region: firstRegion(regions, credential.default_region), size: "" },
  });
  const [region, picked] = useWatch({ control, name: ["region", "size"] });
  const { mutate, isPending, error } = useProveVersion(templateId, version);
  const offered = sizesIn(region, sizes);
  const size = offered.find(({ id }) => id === picked)?.id ?? firstSize(offered);
  const chosen = offered.find(({ id }) => id === size);
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const submit = handleSubmit(() =>
    mutate({ cloud_credential_id: credential.id, region, size }, { onSuccess: onClose }),
  );
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <DialogBody>
        <div className="grid gap-4">
          {choice}
          <Field label="Region" error={refused.region}>
            {(wiring) => (
              <Select {...wiring} {...register("region")}>
                {regions.map(({ id, name, available }) => (
                  <option key={id} value={id} disabled={!available}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Size" error={refused.size}>
            {(wiring) => (
              <Select {...wiring} value={size} onChange={({ target }) => setValue("size", target.value, { shouldDirty: true })}>
                {offered.map((one) => (
                  <option key={one.id} value={one.id}>
                    {offerIn(region, one)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {general && (
          <Notice tone="fail" className="mt-4">
            {general}
          </Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <p className="tnum text-muted mr-auto text-sm">{chosen && `${costIn(region, chosen)}, for a few minutes of it`}</p>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={size === ""}>
          Start the test
        </Button>
      </DialogFoot>
    </form>
  );
}
