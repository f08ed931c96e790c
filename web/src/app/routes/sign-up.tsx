/** Makes an account and begins its first session. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { AuthForm } from "@/features/session/components/auth-form";

const route = getRouteApi(paths.signUp);

export function SignUp() {
  const { from } = route.useSearch();
  return (
    <AuthForm entrance="register" title="Make an account" action="Sign up">
      You have an account?{" "}
      <Link to={paths.signIn} search={{ from }} className="text-accent underline">
        Sign in
      </Link>
    </AuthForm>
  );
}
