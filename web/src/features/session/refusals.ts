/** Puts what the gateway says against an e-mail address or a password where it belongs, in our words. */

import { ApiError, reason } from "@/lib/api/errors";

interface Refusal {
  email?: string;
  password?: string;
  form?: string;
}

export function refusalOf(error: unknown): Refusal {
  if (!error) return {};
  if (!(error instanceof ApiError)) return { form: reason(error) };
  const said = error.message.toLowerCase();
  if (error.status === 409) return { email: "There is an account with this email. Sign in instead." };
  if (error.status === 403) return { form: `${error.message} Write to whoever runs this Hoster.` };
  if (error.status === 400 && said.includes("email")) return { email: error.message };
  if (error.status === 400 && said.includes("password")) return { password: error.message };
  return { form: error.message };
}
