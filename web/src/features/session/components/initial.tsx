/** A person's sign: the first letter of the address. */

import type { Me } from "../api/get-me";

export const AVATAR =
  "bg-accent-soft text-accent hover:border-accent flex size-9 items-center justify-center rounded-full border border-transparent text-sm font-semibold transition-colors duration-150";

export function Initial({ me }: { me: Me | null }) {
  return <span aria-hidden>{me?.email.charAt(0).toUpperCase() ?? ""}</span>;
}
