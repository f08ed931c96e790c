/** Puts another token in the place of one that is worn out; its servers stay where they are. */

import { zodResolver } from "@hookform/resolvers/zod";
import { FormProvider, useForm } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { fieldErrors, formError } from "@/lib/api/errors";
import type { Credential } from "../api/list-credentials";
import { useReplaceToken } from "../api/replace-token";
import { missingParts, providerName, secretOf } from "../providers";
import { SecretFields, type WithSecrets } from "./secret-fields";

interface ReplaceTokenProps {
  credential: Credential;
  isOpen: boolean;
  onClose: () => void;
}

export function ReplaceTokenDialog({ credential, isOpen, onClose }: ReplaceTokenProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Replace the token of ${credential.name}`}
      description={`Give one of the same ${providerName(credential.provider)} account: Hoster finds its servers there. Nothing running is touched.`}
    >
      <TokenForm credential={credential} onClose={onClose} />
    </Dialog>
  );
}

function TokenForm({ credential, onClose }: Omit<ReplaceTokenProps, "isOpen">) {
  const { id, name, provider } = credential;
  const form = useForm<WithSecrets>({ resolver: zodResolver(ruleOf(provider)), defaultValues: { secrets: {} } });
  const { mutate, isPending, error } = useReplaceToken(id);
  const general = formError(error, ["credentials"]);
  const submit = form.handleSubmit(({ secrets }) =>
    mutate(secretOf(provider, secrets), {
      onSuccess: () => {
        toast("done", `The token of ${name} is replaced, and ${providerName(provider)} accepts it.`);
        onClose();
      },
    }),
  );
  return (
    <FormProvider {...form}>
      <form
        noValidate
        className="contents"
        onSubmit={(event) => void submit(event)}
      >
        <DialogBody>
          <div className="space-y-4">
            <SecretFields provider={provider} error={fieldErrors(error).credentials} />
            {general && <Notice tone="fail">{general}</Notice>}
          </div>
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Keep the old one</Button>
          <Button type="submit" look="primary" isBusy={isPending}>
            Replace token
          </Button>
        </DialogFoot>
      </form>
    </FormProvider>
  );
}

/** Every part of the secret is needed. */
function ruleOf(provider: string) {
  return z.object({ secrets: z.record(z.string(), z.string()) }).check(({ value, issues }) => {
    issues.push(...missingParts(provider, value.secrets));
  });
}
