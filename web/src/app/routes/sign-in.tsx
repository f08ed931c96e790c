/** Begins a session with an account that exists. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { AuthForm } from "@/features/session/components/auth-form";
import { FormerSession } from "@/features/session/components/former-session";

const route = getRouteApi(paths.signIn);

export function SignIn() {
  const { from } = route.useSearch();
  return (
    <AuthForm entrance="login" title="Sign in to Hoster" action="Sign in" notice={<FormerSession from={from} />}>
      <Link to={paths.forgotPassword} className="text-accent underline">
        Forgot your password?
      </Link>{" "}
      No account yet?{" "}
      <Link to={paths.signUp} search={{ from }} className="text-accent underline">
        Sign up
      </Link>
    </AuthForm>
  );
}
