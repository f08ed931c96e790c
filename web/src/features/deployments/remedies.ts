/** Where to go when an app failed, by what it failed of. */

import { paths } from "@/config/paths";

interface Remedy {
  label: string;
  to:
    | typeof paths.nodes
    | typeof paths.registries
    | "/deployments/$id/logs"
    | "/deployments/$id/variables"
    | "/deployments/$id/versions";
}

const SERVER: Remedy = { label: "Look at its server", to: paths.nodes };
const VARIABLES: Remedy = { label: "Change its variables", to: "/deployments/$id/variables" };
const VERSIONS: Remedy = { label: "Choose another version", to: "/deployments/$id/versions" };
const REGISTRIES: Remedy = { label: "Logins at registries", to: paths.registries };
const LOGS: Remedy = { label: "Read the whole log", to: "/deployments/$id/logs" };

const BY_CODE: Record<string, Remedy> = {
  host_unreachable: SERVER,
  host_key_changed: SERVER,
  login_refused: SERVER,
  not_checked: SERVER,
  docker_unavailable: SERVER,
  command_failed: SERVER,
  not_secured: SERVER,
  disk_full: SERVER,
  port_in_use: SERVER,
  node_lost: SERVER,
  no_node: SERVER,
  no_node_online: SERVER,
  no_node_with_capability: SERVER,
  node_lacks_capability: SERVER,
  node_not_online: SERVER,
  node_disk_full: SERVER,
  node_full: SERVER,
  no_room: SERVER,
  image_unavailable: VERSIONS,
  image_not_found: VERSIONS,
  image_unauthorized: REGISTRIES,
  image_denied: REGISTRIES,
  image_rate_limited: REGISTRIES,
  registry_unreachable: SERVER,
  registry_untrusted: VERSIONS,
  disk_full_stopped: VERSIONS,
  container_exited: VARIABLES,
  unhealthy: VARIABLES,
};

export function remedyOf(code: string | null): Remedy {
  return BY_CODE[code ?? ""] ?? LOGS;
}

/** Whether what the app wrote tells something of the failure: it ran, and its server answers. */
export function isInLog(code: string | null): boolean {
  const remedy = remedyOf(code);
  return remedy === VARIABLES || remedy === LOGS;
}
