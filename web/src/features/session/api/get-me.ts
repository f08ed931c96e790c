/** Reads who is signed in. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { env } from "@/config/env";
import { errorFrom, UNREACHABLE } from "@/lib/api/errors";
import { session, useSignedIn } from "@/lib/auth/session";

export interface Me {
  id: string;
  email: string;
  name: string | null;
  plan_id: string | null;
  created_at: string;
}

async function getMe(): Promise<Me | null> {
  const token = session.token();
  if (token === null) return null;
  let response: Response;
  try {
    response = await fetch(`${env.authBase}/me`, { headers: { Authorization: `Bearer ${token}` } });
  } catch {
    throw UNREACHABLE;
  }
  const text = await response.text();
  if (response.status === 401) session.expire(token);
  if (!response.ok) throw errorFrom(response.status, text);
  return (JSON.parse(text) as { user: Me }).user;
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: getMe, staleTime: 300_000 });

/** The person who is signed in, once known. */
export function useMe(): Me | null {
  const isSignedIn = useSignedIn();
  return useQuery({ ...meQuery, enabled: isSignedIn }).data ?? null;
}
