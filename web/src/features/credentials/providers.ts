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

export function providerName(id: string): string {
  return PROVIDERS[id]?.label ?? id;
}
