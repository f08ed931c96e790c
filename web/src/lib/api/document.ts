/** JSON:API documents as they travel, and the flat entities that the pages work with. */

export interface ResourceObject<A> {
  type: string;
  id: string;
  attributes: A;
  meta?: Record<string, unknown>;
}

export interface SingleDocument<A> {
  data: ResourceObject<A>;
}

export interface ListDocument<A> {
  data: ResourceObject<A>[];
  meta?: { limit?: number; total?: number };
  links?: { next?: string | null };
}

export type Entity<A> = A & { id: string };

export interface Page<A> {
  items: Entity<A>[];
  total: number | null;
  next: string | null;
}

/** Puts the id beside the attributes. */
export function entity<A>(object: ResourceObject<A>): Entity<A> {
  return { ...object.attributes, id: object.id };
}

/** Takes the entities, the total (where the server counts it) and the next link out of a list. */
export function page<A>(document: ListDocument<A>): Page<A> {
  return {
    items: document.data.map(entity),
    total: document.meta?.total ?? null,
    next: document.links?.next ?? null,
  };
}
