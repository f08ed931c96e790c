/** Signs up or in: e-mail, password, one button. What follows is up to the page. */

import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useController, useForm, useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { useAuthenticate, type Entrance } from "../api/authenticate";
import { EMAIL } from "../email";
import { fault } from "../password";
import { refusalOf } from "../refusals";
import { EntrancePage } from "./entrance";
import { PasswordField } from "./password-field";

const ENTRY = z.object({ email: EMAIL, password: z.string().check(z.minLength(1, "Password needs a value.")) });
const FRESH = z.object({
  email: EMAIL,
  password: z.string().check(({ value, issues }) => {
    const message = fault(value);
    if (message) issues.push({ code: "custom", message, input: value });
  }),
});

interface AuthFormProps {
  entrance: Entrance;
  title: string;
  action: string;
  /** What is to be known before: how the last session ended. */
  notice?: ReactNode;
  /** The way to the other form. */
  children: ReactNode;
}

export function AuthForm({ entrance, title, action, notice, children }: AuthFormProps) {
  const isNew = entrance === "register";
  const { control, register, handleSubmit, formState } = useForm<z.infer<typeof ENTRY>>({
    resolver: zodResolver(isNew ? FRESH : ENTRY),
    defaultValues: { email: "", password: "" },
  });
  const email = useWatch({ control, name: "email" });
  const { field: password } = useController({ control, name: "password" });
  const { mutate, isPending, error, reset } = useAuthenticate(entrance);
  const { errors } = formState;
  const refusal = refusalOf(error);
  const forgive = () => {
    if (refusal.email) reset();
  };

  const submit = handleSubmit((account) => mutate(account));

  return (
    <EntrancePage title={title} tab={action}>
      {notice}
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => void submit(event)}
      >
        <Field label="Email" isRequired error={errors.email?.message ?? refusal.email}>
          {(wiring) => (
            <Input {...wiring} {...register("email", { onChange: forgive })} type="email" autoComplete="email" />
          )}
        </Field>
        <PasswordField
          {...password}
          error={errors.password?.message ?? refusal.password}
          newFor={isNew ? email : undefined}
        />
        {refusal.form && <Notice tone="fail">{refusal.form}</Notice>}
        <Button type="submit" look="primary" className="w-full" isBusy={isPending}>
          {action}
        </Button>
      </form>
      <p className="text-muted mt-6 text-sm">{children}</p>
    </EntrancePage>
  );
}
