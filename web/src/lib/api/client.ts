/** Speaks JSON:API with the platform. */

import { env } from "@/config/env";
import { session } from "@/lib/auth/session";
import { entity, page, type Entity, type ListDocument, type Page, type SingleDocument } from "./document";
import { errorFrom, UNREACHABLE } from "./errors";

const JSON_API = "application/vnd.api+json";
const MOST_PAGES = 20;

interface Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Reads one entity. */
export async function readOne<A>(path: string, signal?: AbortSignal): Promise<Entity<A>> {
  const document = (await call(path, signal ? { signal } : {})) as SingleDocument<A>;
  return entity(document.data);
}

/** Reads one entity with what the document says of it. */
export async function readTold<A>(path: string, signal?: AbortSignal): Promise<{ entity: Entity<A>; meta: unknown }> {
  const document = (await call(path, signal ? { signal } : {})) as SingleDocument<A> & { meta: unknown };
  return { entity: entity(document.data), meta: document.meta };
}

/** Reads one page of a list; `path` may be a `next` link. */
export async function readPage<A>(path: string, signal?: AbortSignal): Promise<Page<A>> {
  return page((await call(path, signal ? { signal } : {})) as ListDocument<A>);
}

/** Reads a list that is one page, with what the document says of it. */
export async function readListed<A>(path: string, signal?: AbortSignal): Promise<{ items: Entity<A>[]; meta: unknown }> {
  const document = (await call(path, signal ? { signal } : {})) as ListDocument<A>;
  return { items: page(document).items, meta: document.meta };
}

/** Reads the beginning of a list: its first page. */
export async function readFirst<A>(path: string, signal?: AbortSignal): Promise<Entity<A>[]> {
  return (await readPage<A>(path, signal)).items;
}

/** Reads a list to its end, at most twenty pages. */
export async function readAll<A>(path: string, signal?: AbortSignal): Promise<Entity<A>[]> {
  const items: Entity<A>[] = [];
  let next: string | null = path;
  for (let pages = 0; next !== null && pages < MOST_PAGES; pages++) {
    const found: Page<A> = await readPage<A>(next, signal);
    items.push(...found.items);
    next = found.next;
  }
  return items;
}

/** Creates an entity; the key makes a repeated send harmless. */
export async function create<A>(
  path: string,
  type: string,
  attributes: object,
  idempotencyKey?: string,
): Promise<Entity<A>> {
  return (await createTold<A>(path, type, attributes, idempotencyKey)).entity;
}

/** The same, with what its owner should be told besides. */
export async function createTold<A>(
  path: string,
  type: string,
  attributes: object,
  idempotencyKey?: string,
): Promise<{ entity: Entity<A>; notice: string | null }> {
  const document = (await call(path, {
    method: "POST",
    body: { data: { type, attributes } },
    ...(idempotencyKey ? { idempotencyKey } : {}),
  })) as SingleDocument<A> & { meta?: { notice?: string } };
  return { entity: entity(document.data), notice: document.meta?.notice ?? null };
}

/** Asks what a create would make; nothing is made. */
export async function tryCreate<A>(
  path: string,
  type: string,
  attributes: object,
  signal: AbortSignal,
): Promise<Entity<A>> {
  const body = { data: { type, attributes } };
  return entity(((await call(`${path}?dry_run=true`, { method: "POST", body, signal })) as SingleDocument<A>).data);
}

/** Asks what a version would be and change; nothing is made. */
export async function tryVersion(path: string, attributes: object, signal: AbortSignal): Promise<{ meta: unknown }> {
  const body = { data: { type: "template_versions", attributes } };
  return (await call(`${path}?dry_run=true`, { method: "POST", body, signal })) as { meta: unknown };
}

/** Runs an action on an entity, with what it takes, and returns the entity as it is afterwards. */
export async function act<A>(path: string, given?: { type: string; attributes: object }): Promise<Entity<A>> {
  const body = given ? { body: { data: given } } : {};
  return entity(((await call(path, { method: "POST", ...body })) as SingleDocument<A>).data);
}

/** Changes some attributes of an entity and returns it as it is afterwards. */
export function change<A>(resource: string, id: string, attributes: object): Promise<Entity<A>> {
  return changeAt(`/${resource}/${encodeURIComponent(id)}`, { type: resource, id, attributes });
}

/** The same for an entity that stands below another one. */
export async function changeAt<A>(
  path: string,
  data: { type: string; id: string; attributes: object },
): Promise<Entity<A>> {
  return entity(((await call(path, { method: "PATCH", body: { data } })) as SingleDocument<A>).data);
}

/** Removes an entity. False when that goes on in the background: the entity is readable meanwhile. */
export async function remove(path: string): Promise<boolean> {
  return (await call(path, { method: "DELETE" })) === null;
}

async function call(path: string, { method = "GET", body, idempotencyKey, signal }: Call): Promise<unknown> {
  const token = session.token();
  const headers: Record<string, string> = { Accept: JSON_API, "Content-Type": JSON_API };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
  const url = path.startsWith(env.apiBase) ? path : env.apiBase + path;
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;

  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw UNREACHABLE;
  }
  const text = await response.text();
  if (response.status === 401) session.expire(token);
  if (!response.ok) throw errorFrom(response.status, text);
  return text ? (JSON.parse(text) as unknown) : null;
}
