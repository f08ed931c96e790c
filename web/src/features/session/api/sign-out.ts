/** Signs out here and tells the gateway, whose answer does not matter: its tokens simply end. */

import { env } from "@/config/env";
import { session } from "@/lib/auth/session";

export function signOut(): void {
  const token = session.token();
  session.end();
  if (token === null) return;
  void fetch(`${env.authBase}/logout`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  }).catch(() => undefined);
}
