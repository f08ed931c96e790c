/**
 * What the API's resources look like, out of its own description. Times are RFC 3339, sizes in MB,
 * money in cents.
 */

import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** Attributes as a page reads them: lists leave some out, and strangers do not see all. */
export type TemplateAttributes = Schemas["TemplateAttributes"];
export type TemplatesImported = Schemas["TemplatesImported"];
export type ImportedDraft = Schemas["ImportedDraft"];
export type VersionAttributes = Schemas["TemplateVersion"];
export type VersionDifference = Schemas["VersionDifference"];
export type VersionChange = Schemas["VersionChange"];
export type DeploymentAttributes = Schemas["DeploymentAttributes"];
export type NodeAttributes = Schemas["NodeAttributes"];
export type ProvisionAttributes = Schemas["ProvisionAttributes"];
export type CredentialAttributes = Schemas["CloudCredentialAttributes"];
export type TokenAttributes = Schemas["APITokenAttributes"];
export type RegistryAttributes = Schemas["RegistryCredentialAttributes"];
export type BucketAttributes = Schemas["BackupTargetAttributes"];
export type SSHKeyAttributes = Schemas["SSHKeyAttributes"];
export type RegionAttributes = Schemas["Region"];
export type SizeAttributes = Schemas["Size"];
export type TimelineAttributes = Schemas["ShownTimeline"];
export type EventAttributes = Schemas["EventAttributes"];
export type InvoiceAttributes = Schemas["InvoiceAttributes"];
export type HealthAttributes = Schemas["DeploymentHealth"];
export type StatsAttributes = Schemas["DeploymentStats"];
export type LogsAttributes = Schemas["DeploymentLogs"];
export type LogsMeta = Schemas["LogsMeta"];
export type LogDownload = Schemas["LogDownload"];
export type MetricsAttributes = Schemas["DeploymentMetrics"];
export type EventsAttributes = Schemas["DeploymentEvents"];

export type AccountAttributes = Schemas["Account"];

export type ResidentAttributes = Schemas["Resident"];
export type InvoiceItem = Schemas["Item"];
export type ExplanationAttributes = Schemas["Explanation"];
export type CheckoutAttributes = Schemas["CheckoutOpened"];
export type PaymentStateAttributes = Schemas["PaymentState"];
export type InvoiceDownloadAttributes = Schemas["InvoiceDownload"];
export type UsageEventAttributes = Schemas["UsageEventAttributes"];
export type EarningsAttributes = Schemas["Earnings"];
export type EarningsDownloadAttributes = Schemas["EarningsDownload"];
export type PlanAttributes = Schemas["ShownPlan"];
export type Subscription = Schemas["Subscription"];
export type ClosingAttributes = Schemas["Closing"];
export type ExportAttributes = Schemas["ExportAttributes"];
export type ExportDownloadAttributes = Schemas["ExportDownload"];
export type BackupAttributes = Schemas["BackupAttributes"];
export type BackupDownloadAttributes = Schemas["BackupDownload"];
export type ProofAttributes = Schemas["ProofAttributes"];
export type Measured = Schemas["Measured"];
export type SweepAttributes = Schemas["ShownSweep"];
export type SweepFinding = Schemas["ShownFinding"];

export type ChannelAttributes = Schemas["NoticeChannelAttributes"];
export type NoticeDeliveryAttributes = Schemas["DeliveryAttributes"];

export type Work = Schemas["Work"];
export type Variable = Schemas["Variable"];
export type TemplateService = Schemas["TemplateService"];
export type Domain = Schemas["DomainAttributes"];
export type DnsCheck = Schemas["DnsCheck"];
export type DnsInstruction = Schemas["DnsInstruction"];
export type Container = Schemas["Container"];
export type Step = Schemas["ShownStep"];
export type StepState = Step["state"];
export type LogLine = Schemas["LogLine"];
export type Series = Schemas["Series"];
export type TrafficSeries = Schemas["TrafficSeries"];
export type EventItem = Schemas["DeploymentEvent"];
export type TrailAttributes = Required<Schemas["EventAttributes"]>;
export type DeploymentStatus = DeploymentAttributes["status"];
export type ProvisionStatus = ProvisionAttributes["status"];
