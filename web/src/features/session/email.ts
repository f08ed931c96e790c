/** What an e-mail address looks like, before it is sent. */

import * as z from "zod/mini";
import { needed } from "@/lib/forms/rules";

export const EMAIL = needed("Email").check(
  z.regex(/^[^\s@]+@[^\s@]+$/, "An email address has an @ between name and host."),
);
