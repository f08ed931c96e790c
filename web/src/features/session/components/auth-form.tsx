/** Signs up or in: e-mail, password, one button. */

import { useState, type ReactNode } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { reason } from "@/lib/api/errors";
import { useAuthenticate, type Entrance } from "../api/authenticate";

const LEAST_PASSWORD = 8;

interface AuthFormProps {
  entrance: Entrance;
  title: string;
  action: string;
  onDone: () => void;
  /** The way to the other form. */
  children: ReactNode;
}

export function AuthForm({ entrance, title, action, onDone, children }: AuthFormProps) {
  const isNew = entrance === "register";
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isShort, setShort] = useState(false);
  const { mutate, isPending, error } = useAuthenticate(entrance);

  const submit = () => {
    const tooShort = isNew && password.length < LEAST_PASSWORD;
    setShort(tooShort);
    if (!tooShort) mutate({ email: email.trim(), password }, { onSuccess: onDone });
  };

  return (
    <div className="mx-auto w-full max-w-[380px] py-12">
      <h1 className="mb-6 text-lg">{title}</h1>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Email" isRequired>
          {(wiring) => (
            <Input
              {...wiring}
              type="email"
              autoComplete="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Password"
          isRequired
          hint={isNew ? "At least 8 characters." : undefined}
          error={isShort ? "Use at least 8 characters." : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              type="password"
              autoComplete={isNew ? "new-password" : "current-password"}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {error && <Notice tone="fail">{reason(error)}</Notice>}
        <Button type="submit" look="primary" className="w-full" isBusy={isPending}>
          {action}
        </Button>
      </form>
      <p className="text-muted mt-6 text-sm">{children}</p>
    </div>
  );
}
