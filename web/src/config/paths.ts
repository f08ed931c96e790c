/** The app's URLs. The gateway keeps /login, /signup, /docs, /users and others for itself. */
export const paths = {
  landing: "/",
  catalogue: "/templates",
  template: "/templates/$id",
  signIn: "/sign-in",
  signUp: "/sign-up",
  deployments: "/deployments",
  deployment: "/deployments/$id",
  nodes: "/nodes",
  node: "/nodes/$id",
  credentials: "/credentials",
  billing: "/billing",
  invoice: "/billing/$id",
  usage: "/usage",
  earnings: "/earnings",
  plans: "/plans",
} as const;
