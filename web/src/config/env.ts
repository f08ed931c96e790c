/** What the app knows about where it runs. */
export const env = {
  apiBase: "/api/v1",
  authBase: "/mod/auth",
  /** The app proxy: every app answers there under its own host name. */
  proxyPort: 9091,
} as const;
