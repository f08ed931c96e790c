/** Makes an account and begins its first session. */

import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { AuthForm } from "@/features/session/components/auth-form";

const route = getRouteApi(paths.signUp);

export function SignUp() {
  const { from } = route.useSearch();
  const router = useRouter();
  return (
    <AuthForm
      entrance="register"
      title="Make an account"
      action="Sign up"
      onDone={() => router.history.push(from ?? paths.catalogue)}
    >
      You have an account?{" "}
      <Link to={paths.signIn} search={{ from }} className="text-accent underline">
        Sign in
      </Link>
    </AuthForm>
  );
}
