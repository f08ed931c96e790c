/**
 * What the API's resources look like. Times are RFC 3339, sizes in MB, money in cents.
 *
 * Written by hand until the types are generated from the OpenAPI document.
 */

export interface Work {
  kind: string;
  generation: number;
  execution: string;
  step: string | null;
  started_at: string;
}

export interface Variable {
  name: string;
  label?: string | null;
  description?: string | null;
  type: string;
  default?: string | number | boolean | null;
  required?: boolean;
  options?: (string | { value: string; label?: string })[] | null;
  generator?: string | { kind?: string; length?: number } | null;
  /** A regular expression that the whole value must fit. */
  validation?: string | null;
}

export interface TemplateService {
  name: string;
  image?: string | null;
}

export interface TemplateAttributes {
  name: string;
  slug: string;
  description: string | null;
  version: string;
  category: string | null;
  tags: string[] | null;
  compose_spec?: string | null;
  variables: Variable[] | null;
  services?: TemplateService[] | null;
  resources_cpu_cores: number | null;
  resources_memory_mb: number | null;
  resources_disk_mb: number | null;
  price_monthly_cents: number | null;
  published: boolean;
  creator_id?: string | null;
  created_at: string;
}

export interface Domain {
  hostname: string;
  type: "auto" | "custom";
  status: string;
}

export interface Container {
  id: string;
  service_name: string;
  image: string;
  status: string;
  health?: string | null;
  restarts?: number | null;
  started_at?: string | null;
  ports?: { host_port: number; container_port: number; protocol: string }[] | null;
}

export type DeploymentStatus =
  | "pending"
  | "scheduled"
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "deleting"
  | "deleted"
  | "failed";

export interface DeploymentAttributes {
  name: string;
  template_id: string;
  template_version: string | null;
  customer_id: string;
  node_id: string | null;
  status: DeploymentStatus;
  work: Work | null;
  health: string | null;
  variables: Record<string, string | number | boolean | null> | null;
  secrets?: string[] | null;
  domains: Domain[] | null;
  containers: Container[] | null;
  resources_cpu_cores?: number | null;
  resources_memory_mb?: number | null;
  resources_disk_mb?: number | null;
  price_monthly_cents?: number | null;
  proxy_port: number | null;
  url?: string | null;
  direct_url?: string | null;
  error_code: string | null;
  error_message: string | null;
  started_at: string | null;
  stopped_at: string | null;
  created_at: string;
}

export interface NodeAttributes {
  name: string;
  status: string;
  health: string | null;
  public: boolean | null;
  creator_id?: string | null;
  ssh_host?: string | null;
  capacity_cpu_cores: number | null;
  capacity_memory_mb: number | null;
  capacity_disk_mb: number | null;
  capacity_cpu_used: number | null;
  capacity_memory_used_mb: number | null;
  capacity_disk_used_mb: number | null;
  location: string | null;
  provider_type: string | null;
  provision_id: string | null;
  error_message?: string | null;
  last_health_check?: string | null;
}

export type ProvisionStatus =
  | "pending"
  | "creating"
  | "configuring"
  | "ready"
  | "destroying"
  | "destroyed"
  | "failed";

export interface ProvisionAttributes {
  credential_id: string;
  provider: string;
  status: ProvisionStatus;
  instance_name: string;
  region: string;
  size: string;
  provider_instance_id: string | null;
  public_ip: string | null;
  node_id: string | null;
  error_code: string | null;
  error_message: string | null;
  work: Work | null;
  created_at: string;
}

export interface CredentialAttributes {
  name: string;
  provider: string;
  status?: string;
  default_region: string | null;
  created_at: string;
}

export interface SSHKeyAttributes {
  name: string;
  fingerprint: string | null;
  key_type?: string | null;
  created_at: string;
}

export interface RegionAttributes {
  name: string;
  available?: boolean;
}

export interface SizeAttributes {
  name: string;
  cpu_cores: number;
  memory_mb: number;
  disk_gb: number;
  price_hourly: number;
  price_monthly?: number;
  regions?: string[] | null;
}

export type StepState = "waiting" | "running" | "done" | "failed" | "undone";

export interface Step {
  name: string;
  state: StepState;
  started_at: string | null;
  ended_at: string | null;
  usual_seconds: number | null;
  message: string | null;
  progress: { done: number; total: number; unit: string } | null;
}

export interface TimelineAttributes {
  kind: string | null;
  generation: number;
  execution: string | null;
  state: string | null;
  steps: Step[];
  error_code?: string | null;
  error_detail?: string | null;
}

export interface EventItem {
  id: string;
  type: string;
  actor?: string | null;
  message: string;
  timestamp: string;
}

export interface EventsAttributes {
  events: EventItem[];
}
