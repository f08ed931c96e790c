/** Reads what an app's containers write: the end of it first, then what comes after, and what came before. */

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { readTold } from "@/lib/api/client";
import type { LogsAttributes, LogsMeta } from "@/lib/api/types";
import { continued, opened, preceded, type Book, type LogPage } from "../lines";

const FIRST = 1_000;
const NEXT = 2_000;
const FOLLOWING = 2_000;
const CATCHING_UP = 50;

interface Asked {
  tail: number;
  /** A service; all of them without it. */
  container?: string | undefined;
  cursor?: string;
  until?: string;
}

async function read(id: string, asked: Asked, signal?: AbortSignal): Promise<LogPage> {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) words.set(name, String(value));
  const path = `/deployments/${encodeURIComponent(id)}/monitoring/logs?${words.toString()}`;
  const { entity, meta } = await readTold<LogsAttributes>(path, signal);
  return { lines: entity.logs, meta: meta as LogsMeta };
}

function keyOf(id: string, service: string | undefined) {
  return ["deployments", "logs", id, service ?? null] as const;
}

/** The book of a log, which grows with each reading; each line comes into it once. */
export function logQuery(id: string, service: string | undefined, isFollowed: boolean) {
  return queryOptions({
    queryKey: keyOf(id, service),
    queryFn: async ({ client, queryKey, signal }): Promise<Book> => {
      const cursor = client.getQueryData<Book>(queryKey)?.cursor;
      if (!cursor) return opened(await read(id, { tail: FIRST, container: service }, signal), FIRST);
      const page = await read(id, { tail: NEXT, cursor }, signal);
      // What came before may have been read meanwhile.
      const book = client.getQueryData<Book>(queryKey);
      return book ? continued(book, page) : opened(page, NEXT);
    },
    // The book knows itself what is the same in it; comparing ten thousand lines takes long.
    structuralSharing: false,
    refetchInterval: ({ state }) => {
      if (!isFollowed) return false;
      return state.data?.more ? CATCHING_UP : FOLLOWING;
    },
  });
}

/** Reads the lines before those of the book. */
export function useReadEarlier(id: string, service: string | undefined) {
  const queries = useQueryClient();
  const queryKey = keyOf(id, service);
  return useMutation({
    mutationFn: (until: string) => read(id, { tail: FIRST, container: service, until }),
    onSuccess: (page) => {
      queries.setQueryData<Book>(queryKey, (book) => (book ? preceded(book, page, FIRST) : book));
    },
  });
}
