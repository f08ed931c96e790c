/**
 * Records as the API shows them, with what a test cares about written over; what no page reads is
 * left out.
 */

import type { ResourceObject } from "@/lib/api/document";
import type {
  AccountAttributes,
  BackupAttributes,
  BucketAttributes,
  DeploymentAttributes,
  ClosingAttributes,
  ExportAttributes,
  Measured,
  NodeAttributes,
  ProofAttributes,
  ProvisionAttributes,
  ResidentAttributes,
  Step,
  SweepAttributes,
  SweepFinding,
  TemplateAttributes,
} from "@/lib/api/types";

const MADE = "2026-01-01T12:00:00Z";

export function template(over: Partial<TemplateAttributes> = {}): ResourceObject<TemplateAttributes> {
  return {
    type: "templates",
    id: "tmpl_1",
    attributes: {
      name: "WordPress",
      slug: "wordpress",
      description: "A website and its database.",
      version: "6.1.0",
      category: "web",
      tags: ["blog"],
      variables: [],
      services: [{ name: "web", image: "wordpress:6-apache" }],
      resources_cpu_cores: 1,
      resources_memory_mb: 768,
      resources_disk_mb: 0,
      price_monthly_cents: 500,
      published: true,
      created_at: MADE,
      ...over,
    } as TemplateAttributes,
  };
}

export function node(over: Partial<NodeAttributes> = {}, id = "node_1"): ResourceObject<NodeAttributes> {
  return {
    type: "nodes",
    id,
    attributes: {
      name: "server-one",
      status: "online",
      health: "healthy",
      public: false,
      ssh_host: "192.0.2.7",
      capacity_cpu_cores: 2,
      capacity_memory_mb: 2048,
      capacity_disk_mb: 51_200,
      capacity_cpu_used: null,
      capacity_memory_used_mb: null,
      capacity_disk_used_mb: null,
      location: "fra1",
      provider_type: "digitalocean",
      provision_id: "prov_1",
      work: null,
      warnings: [],
      last_seen_at: MADE,
      last_health_check: MADE,
      error_code: null,
      error_message: null,
      ...over,
    } as NodeAttributes,
  };
}

export function deployment(
  over: Partial<DeploymentAttributes> = {},
): ResourceObject<DeploymentAttributes> {
  return {
    type: "deployments",
    id: "dep_1",
    attributes: {
      name: "My blog",
      template_id: "tmpl_1",
      template_version: "6.1.0",
      customer_id: "user_1",
      node_id: "node_1",
      status: "running",
      work: null,
      health: "healthy",
      variables: {},
      secrets: [],
      domains: [],
      containers: [],
      resources_cpu_cores: 1,
      resources_memory_mb: 768,
      resources_disk_mb: 0,
      price_monthly_cents: 500,
      proxy_port: 30_000,
      url: "http://my-blog.apps.localhost:9091",
      direct_url: "http://192.0.2.7:30000",
      backup_schedule: null,
      backup_keep: null,
      backup_due_at: null,
      backup_target_id: null,
      error_code: null,
      error_message: null,
      started_at: MADE,
      stopped_at: null,
      created_at: MADE,
      ...over,
    } as DeploymentAttributes,
  };
}

/** An account; `taken` says of a limit what is used and how much may be. */
export function account(taken: Record<string, [number, number]>): ResourceObject<AccountAttributes> {
  const limits = ["deployments", "cpu_cores", "memory_mb", "disk_mb", "nodes", "domains"].map((limit) => {
    const [used, bound] = taken[limit] ?? [0, null];
    return { limit, used, bound, unit: limit };
  });
  return {
    type: "accounts",
    id: "user_1",
    attributes: { plan: "free", limits, allowed_capabilities: null, note: null, closes_at: null },
  };
}

export function provision(over: Partial<ProvisionAttributes> = {}): ResourceObject<ProvisionAttributes> {
  return {
    type: "cloud_provisions",
    id: "prov_1",
    attributes: {
      credential_id: "cred_1",
      provider: "digitalocean",
      status: "ready",
      instance_name: "server-one",
      region: "fra1",
      size: "s-1vcpu-2gb",
      provider_instance_id: "1",
      public_ip: "192.0.2.7",
      node_id: "node_1",
      error_code: null,
      error_message: null,
      failed_from: null,
      work: null,
      created_at: MADE,
      ...over,
    } as ProvisionAttributes,
  };
}

export function step(over: Partial<Step> = {}): Step {
  return {
    name: "PullImages",
    state: "waiting",
    started_at: null,
    ended_at: null,
    usual_seconds: 20,
    message: null,
    progress: null,
    ...over,
  };
}

export function resident(id: string, name: string | null): ResourceObject<ResidentAttributes> {
  return {
    type: "node-deployments",
    id,
    attributes: {
      mine: name !== null,
      name,
      status: "running",
      health: "healthy",
      resources_cpu_cores: 1,
      resources_memory_mb: 512,
      resources_disk_mb: 0,
      created_at: MADE,
    },
  };
}

export function sweep(over: Partial<SweepAttributes> = {}): ResourceObject<SweepAttributes> {
  return {
    type: "sweeps",
    id: "cred_1",
    attributes: {
      state: "done",
      report_only: false,
      report_only_reason: null,
      started_at: MADE,
      ended_at: MADE,
      servers: 2,
      provisions: 2,
      findings: [],
      left_out: 0,
      errors: [],
      ...over,
    },
  };
}

export function finding(over: Partial<SweepFinding> = {}): SweepFinding {
  return {
    kind: "orphan",
    message: "No record knows it.",
    server_id: "41",
    server_name: "hoster-lost",
    server_address: null,
    server_created_at: MADE,
    region: "fra1",
    provision_id: null,
    repaired: false,
    error: null,
    ...over,
  };
}

/** A test of a template's version; without more, one that is over and went well. */
export function proof(over: Partial<ProofAttributes> = {}): ResourceObject<ProofAttributes> {
  return {
    type: "template_proofs",
    id: "proof_1",
    attributes: {
      template_id: "tmpl_1",
      template_version: "6.1.0",
      status: "proven",
      work: null,
      cloud_credential_id: "cred_1",
      region: "fra1",
      size: "s-1vcpu-2gb",
      error_code: null,
      error_message: null,
      started_at: MADE,
      finished_at: MADE,
      ...over,
    } as ProofAttributes,
  };
}

export function closing(over: Partial<ClosingAttributes> = {}): ResourceObject<ClosingAttributes> {
  return {
    type: "closings",
    id: "user_1",
    attributes: {
      state: "not_asked",
      asked_at: null,
      closes_at: null,
      grace_days: 14,
      confirmation: "close my account",
      must_be_done_first: [],
      has: {},
      month_cents: 0,
      earned_cents: 0,
      currency: "USD",
      left: [],
      ...over,
    },
  };
}

export function accountExport(over: Partial<ExportAttributes> = {}): ResourceObject<ExportAttributes> {
  return {
    type: "account_exports",
    id: "exp_1",
    attributes: {
      status: "ready",
      work: null,
      files: 12,
      bytes: 3 * 1024 * 1024,
      volumes: [],
      missing_volumes: [],
      error_code: null,
      error_message: null,
      started_at: MADE,
      finished_at: MADE,
      kept_until: MADE,
      ...over,
    } as ExportAttributes,
  };
}

/** A backup of `dep_1`; without more, one that is complete. */
export function backup(over: Partial<BackupAttributes> = {}, id = "bkp_1"): ResourceObject<BackupAttributes> {
  return {
    type: "backups",
    id,
    attributes: {
      deployment_id: "dep_1",
      deployment_name: "My blog",
      template_id: "tmpl_1",
      template_version: "6.1.0",
      status: "complete",
      trigger: "hand",
      target_id: null,
      archives: [
        { kind: "volume", service: null, volume: "data", volumes: [], bytes: 3 * 1024 * 1024, sha256: "ab".repeat(32), plain_bytes: 9 * 1024 * 1024, seconds: 4 },
      ],
      bytes: 3 * 1024 * 1024,
      away_seconds: 12.4,
      drill: null,
      error_code: null,
      error_message: null,
      started_at: MADE,
      finished_at: "2026-01-01T12:00:41Z",
      ...over,
    } as BackupAttributes,
  };
}

/** A bucket of one's own; without more, one that works. */
export function bucket(over: Partial<BucketAttributes> = {}, id = "bkt_1"): ResourceObject<BucketAttributes> {
  return {
    type: "backup_targets",
    id,
    attributes: {
      name: "Offsite",
      endpoint: null,
      region: "eu-central-1",
      bucket: "ann-backups",
      prefix: "hoster",
      access_key_id: "AKIAEXAMPLE",
      status: "valid",
      last_checked_at: MADE,
      error_code: null,
      error_message: null,
      created_at: MADE,
      ...over,
    } as BucketAttributes,
  };
}

/** What a test measured, as a template tells it. */
export const MEASURED: Measured = {
  template_version: "6.1.0",
  healthy_seconds: 13.6,
  restart_seconds: 21.2,
  peak_memory_mb: 180,
  peak_cpu_cores: 0.75,
  disk_mb: 1536,
  proven_at: MADE,
};
