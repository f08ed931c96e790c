/** Asks for a link to a new password, and sets the password by it. Both are for who is not signed in. */

import { useMutation } from "@tanstack/react-query";
import { create } from "@/lib/api/client";

export function useAskForLink() {
  return useMutation({
    mutationFn: (email: string) => create("/account/password-resets", "password-resets", { email }),
  });
}

export interface NewPassword {
  /** What stands behind the hash sign of the link. */
  token: string;
  password: string;
}

export function useSetPassword() {
  return useMutation({
    mutationFn: (given: NewPassword) => create("/account/passwords", "passwords", given),
  });
}
