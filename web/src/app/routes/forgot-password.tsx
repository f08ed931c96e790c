/** Asks for a link to a new password. The answer is the same whether the address has an account or not. */

import { zodResolver } from "@hookform/resolvers/zod";
import { Link } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { paths } from "@/config/paths";
import { useAskForLink } from "@/features/session/api/reset-password";
import { EntrancePage } from "@/features/session/components/entrance";
import { EMAIL } from "@/features/session/email";
import { reason } from "@/lib/api/errors";

const ASKED = z.object({ email: EMAIL });

export function ForgotPassword() {
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(ASKED),
    defaultValues: { email: "" },
  });
  const { mutate, isPending, isSuccess, error, variables } = useAskForLink();
  if (isSuccess) return <Sent email={variables} />;
  const submit = handleSubmit(({ email }) => mutate(email));
  return (
    <EntrancePage title="Forgot your password?">
      <p className="mb-4 text-sm">We send you a link. It is good for 30 minutes and sets a new password.</p>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => void submit(event)}
      >
        <Field label="Email" isRequired error={formState.errors.email?.message}>
          {(wiring) => <Input {...wiring} {...register("email")} type="email" autoComplete="email" />}
        </Field>
        {error && <Notice tone="fail">{reason(error)}</Notice>}
        <Button type="submit" look="primary" className="w-full" isBusy={isPending}>
          Send the link
        </Button>
      </form>
      <p className="text-muted mt-6 text-sm">
        You know it after all?{" "}
        <Link to={paths.signIn} className="text-accent underline">
          Sign in
        </Link>
      </p>
    </EntrancePage>
  );
}

function Sent({ email }: { email: string }) {
  return (
    <EntrancePage title="Look into your mail">
      <Notice tone="info">
        If there is an account with {email}, a letter with a link is on its way. It arrives within a few minutes; look
        into the spam folder too.
      </Notice>
      <p className="text-muted mt-6 text-sm">
        Only the newest link works.{" "}
        <Link to={paths.signIn} className="text-accent underline">
          Back to sign in
        </Link>
      </p>
    </EntrancePage>
  );
}
