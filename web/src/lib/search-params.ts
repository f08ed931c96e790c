/** What a URL's query may say; what it must not say is forgotten. */

import * as z from "zod/mini";

/** A text. The router makes numbers of some: they are texts here. */
const text = z.catch(z.optional(z.union([z.string(), z.pipe(z.number(), z.transform(String))])), undefined);

/** A switch: there or not. */
const flag = z.catch(z.optional(z.literal(true)), undefined);

/** A path within this site, never another host's. */
const path = z.catch(z.optional(z.string().check(z.regex(/^\/(?![/\\])/))), undefined);

export const catalogueSearch = z.object({
  q: text,
  category: text,
  price: oneOf(["free", "paid"]),
  memory: oneOf(["512", "1024", "2048"]),
  sort: oneOf(["popular", "name", "price"]),
  look: oneOf(["list"]),
  scope: oneOf(["mine"]),
});
export const templateSearch = z.object({ deploy: flag });
export const nodesSearch = z.object({ create: flag, bring: flag });
export const billingSearch = z.object({
  payment: z.catch(z.optional(z.enum(["success", "cancelled"])), undefined),
  session_id: text,
  invoice: text,
});
export const entranceSearch = z.object({ from: path });

/** One of some words. */
function oneOf<const T extends readonly string[]>(words: T) {
  return z.catch(z.optional(z.enum(words)), undefined);
}

export const appsSearch = z.object({
  q: text,
  status: oneOf(["running", "working", "stopped", "attention"]),
  server: text,
  sort: oneOf(["newest", "oldest", "name", "price"]),
});

/** A day as YYYY-MM-DD. */
const day = z.catch(z.optional(z.iso.date()), undefined);

/** `kind` is one of the kinds of things that events are about. */
export const activitySearch = z.object({
  kind: oneOf(["apps", "servers", "templates", "keys", "billing"]),
  until: day,
});

/** A month as YYYY-MM. */
const month = z.catch(z.optional(z.string().check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])$/))), undefined);

/** `app` is the id of one, `kind` one of the kinds of usage. */
export const usageSearch = z.object({
  app: text,
  kind: oneOf(["created", "started", "stopped", "deleted", "traffic"]),
  month,
});

export const logsSearch = z.object({ q: text, service: text, level: oneOf(["error", "warn"]) });
export const metricsSearch = z.object({ range: oneOf(["1h", "6h", "24h", "7d", "30d"]), service: text });
