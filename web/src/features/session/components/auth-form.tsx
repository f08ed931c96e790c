/** Signs up or in: e-mail, password, one button. What follows is up to the page. */

import { useState, type ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { useAuthenticate, type Entrance } from "../api/authenticate";
import { fault } from "../password";
import { refusalOf } from "../refusals";
import { PasswordField } from "./password-field";

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
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setTried] = useState(false);
  const { mutate, isPending, error, reset } = useAuthenticate(entrance);
  const passwordFault = isNew && isTried ? fault(password) : undefined;
  const refusal = refusalOf(error);

  const submit = () => {
    setTried(true);
    if (isNew && fault(password)) return;
    mutate({ email: email.trim(), password });
  };

  return (
    <div className="mx-auto w-full max-w-[380px] py-6 sm:py-12">
      <title>{`${action} · Hoster`}</title>
      <h1 className="mb-6 text-lg">{title}</h1>
      {notice}
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Email" isRequired error={refusal.email}>
          {(wiring) => (
            <Input
              {...wiring}
              type="email"
              autoComplete="email"
              value={email}
              onChange={(event) => {
                setEmail(event.target.value);
                if (refusal.email) reset();
              }}
            />
          )}
        </Field>
        <PasswordField
          value={password}
          onChange={setPassword}
          error={passwordFault ?? refusal.password}
          newFor={isNew ? email : undefined}
        />
        {refusal.form && <Notice tone="fail">{refusal.form}</Notice>}
        <Button type="submit" look="primary" className="w-full" isBusy={isPending}>
          {action}
        </Button>
      </form>
      <p className="text-muted mt-6 text-sm">{children}</p>
    </div>
  );
}
