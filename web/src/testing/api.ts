/** Stands in for the network in tests: answers the calls that a test names, and keeps what was asked. */

import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  /** What stands behind the question mark; empty for nothing. */
  query: string;
  body: unknown;
  headers: Headers;
}

/** A document, or a status with one. */
type Reply = object | { status: number; body: unknown };

/** Calls are named like "GET /api/v1/nodes", without the query. An unnamed call is a 404. */
export function serve(replies: Record<string, Reply | ((asked: Asked) => Reply | Promise<Reply>)>): Asked[] {
  const calls: Asked[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    const [path = "", query = ""] = input.split("?");
    const asked = {
      method: init.method ?? "GET",
      path,
      query,
      body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
      headers: new Headers(init.headers),
    };
    calls.push(asked);
    const named = replies[`${asked.method} ${path}`];
    const given = typeof named === "function" ? (named as Answer)(asked) : (named ?? MISSING);
    const reply: Reply = await Promise.resolve(given);
    const { status, body } = "status" in reply ? (reply) : { status: 200, body: reply };
    return new Response(body === null ? null : JSON.stringify(body), { status });
  });
  return calls;
}

type Answer = (asked: Asked) => Reply | Promise<Reply>;
interface Full {
  status: number;
  body: unknown;
}

/** An error answer of the API. */
export function refusal(status: number, code: string, detail: string, pointer?: string): Full {
  const source = pointer ? { pointer } : {};
  return { status, body: { errors: [{ status: String(status), code, title: code, detail, source }] } };
}

const MISSING = refusal(404, "not_found", "Nothing is there.");
