/** Begins a session with an account that exists. */

import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { AuthForm } from "@/features/session/components/auth-form";

const route = getRouteApi(paths.signIn);

export function SignIn() {
  const { from } = route.useSearch();
  const router = useRouter();
  return (
    <AuthForm
      entrance="login"
      title="Sign in to Hoster"
      action="Sign in"
      onDone={() => router.history.push(from ?? paths.catalogue)}
    >
      No account yet?{" "}
      <Link to={paths.signUp} search={{ from }} className="text-accent underline">
        Sign up
      </Link>
    </AuthForm>
  );
}
