/** Signs up or in at the gateway, which answers with a token in JSON of its own. */

import { useMutation } from "@tanstack/react-query";
import { env } from "@/config/env";
import { ApiError, errorFrom, UNREACHABLE } from "@/lib/api/errors";
import { session } from "@/lib/auth/session";

export type Entrance = "register" | "login";

export interface Account {
  email: string;
  password: string;
}

/** Begins a session. The body is read as JSON whatever its type says: the gateway's 201 says text. */
export async function authenticate(entrance: Entrance, { email, password }: Account): Promise<void> {
  const name = email.split("@", 1)[0] ?? email;
  const body = entrance === "register" ? { email, password, name } : { email, password };
  let response: Response;
  try {
    response = await fetch(`${env.authBase}/${entrance}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw UNREACHABLE;
  }
  const text = await response.text();
  if (!response.ok) throw errorFrom(response.status, text);
  const { token } = JSON.parse(text) as { token?: string };
  if (!token) throw new ApiError(response.status, [NO_TOKEN]);
  session.begin(token);
}

const NO_TOKEN = {
  code: "no_token",
  title: "No session",
  detail: "The gateway accepted the account but sent no session. Sign in again.",
  pointer: null,
};

export function useAuthenticate(entrance: Entrance) {
  return useMutation({ mutationFn: (account: Account) => authenticate(entrance, account) });
}
