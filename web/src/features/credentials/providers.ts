/** The providers of servers, and what their credentials hold. */

export interface Member {
  name: string;
  label: string;
  isSecret: boolean;
}

interface Provider {
  label: string;
  members: Member[];
}

const TOKEN: Member[] = [{ name: "api_token", label: "API token", isSecret: true }];
const ACCESS_KEY: Member[] = [
  { name: "access_key_id", label: "Access key ID", isSecret: false },
  { name: "secret_access_key", label: "Secret access key", isSecret: true },
];

export const PROVIDERS: Record<string, Provider> = {
  digitalocean: { label: "DigitalOcean", members: TOKEN },
  aws: { label: "AWS", members: ACCESS_KEY },
  hetzner: { label: "Hetzner", members: TOKEN },
};

/** A server that was brought has no provider here. */
export function providerName(id: string): string {
  if (id === "manual") return "Brought by you";
  return PROVIDERS[id]?.label ?? id;
}

/** The secret as it is sent: every part that the provider has, without blanks around it. */
export function secretOf(provider: string, values: Record<string, string>): Record<string, string> {
  const members = PROVIDERS[provider]?.members ?? [];
  return Object.fromEntries(members.map(({ name }) => [name, (values[name] ?? "").trim()]));
}

/** What is wrong with the parts of a secret: those that its provider has and that are empty. */
export function missingParts(provider: string, secrets: Record<string, string>) {
  const missing = (PROVIDERS[provider]?.members ?? []).filter(({ name }) => !secrets[name]?.trim());
  return missing.map(({ name, label }) => ({
    code: "custom" as const,
    message: `${label} needs a value.`,
    path: ["secrets", name],
    input: secrets,
  }));
}
