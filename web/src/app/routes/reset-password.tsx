/** Sets a new password by a link that was sent. The link's token leaves the address bar at once. */

import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button, LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { useSetPassword } from "@/features/session/api/reset-password";
import { EntrancePage } from "@/features/session/components/entrance";
import { PasswordField } from "@/features/session/components/password-field";
import { fault } from "@/features/session/password";
import { ApiError, reason } from "@/lib/api/errors";

const TOKEN = "/data/attributes/token";
const PASSWORD = "/data/attributes/password";

/** The token behind the hash sign, kept here while the address forgets it. */
function useToken(): string {
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const [token, setToken] = useState(hash);
  if (hash !== "" && hash !== token) setToken(hash);
  useEffect(() => {
    if (hash !== "") void navigate({ to: paths.resetPassword, hash: "", replace: true });
  }, [hash, navigate]);
  return token;
}

export function ResetPassword() {
  const token = useToken();
  const { mutate, isPending, isSuccess, error } = useSetPassword();
  if (isSuccess) return <Done />;
  const problem = error instanceof ApiError ? error.problems[0] : undefined;
  if (token === "" || problem?.pointer === TOKEN) return <NoLink why={problem?.detail} />;
  return (
    <EntrancePage title="Set a new password">
      <NewPassword
        isBusy={isPending}
        refusal={problem?.pointer === PASSWORD ? problem.detail : undefined}
        onSubmit={(password) => mutate({ token, password })}
      />
      {error && problem?.pointer !== PASSWORD && (
        <Notice tone="fail" className="mt-4">
          {reason(error)}
        </Notice>
      )}
    </EntrancePage>
  );
}

interface NewPasswordProps {
  isBusy: boolean;
  refusal: string | undefined;
  onSubmit: (password: string) => void;
}

function NewPassword({ isBusy, refusal, onSubmit }: NewPasswordProps) {
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<string>();
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const found = fault(password);
        setWrong(found);
        if (found === undefined) onSubmit(password);
      }}
    >
      <PasswordField value={password} onChange={setPassword} error={wrong ?? refusal} newFor="" />
      <Button type="submit" look="primary" className="w-full" isBusy={isBusy}>
        Set the password
      </Button>
    </form>
  );
}

function Done() {
  return (
    <EntrancePage title="Your new password is set">
      <p className="text-sm">
        Browsers that were signed in before stay signed in for up to seven days. A letter tells you of the change.
      </p>
      <LinkButton to={paths.signIn} look="primary" className="mt-6 w-full">
        Sign in
      </LinkButton>
    </EntrancePage>
  );
}

function NoLink({ why }: { why: string | undefined }) {
  return (
    <EntrancePage title="This link does not work">
      <Notice tone="fail">{why ?? "Open the link as it stands in the letter."}</Notice>
      <LinkButton to={paths.forgotPassword} look="primary" className="mt-6 w-full">
        Ask for another link
      </LinkButton>
    </EntrancePage>
  );
}
