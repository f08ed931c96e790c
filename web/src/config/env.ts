/** What the app knows about where it runs. */
export const env = {
  apiBase: "/api/v1",
  authBase: "/mod/auth",
} as const;
