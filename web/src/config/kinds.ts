/** The kinds of long work in words: while it goes on, when it is done, when it failed. */

interface Words {
  doing: string;
  done: string;
  failed: string;
}

const KINDS: Record<string, Words> = {
  deploy: { doing: "Starting app", done: "Started", failed: "Starting failed" },
  start: { doing: "Starting app", done: "Started", failed: "Starting failed" },
  restart: { doing: "Restarting app", done: "Restarted", failed: "Restart failed" },
  stop: { doing: "Stopping app", done: "Stopped", failed: "Stopping failed" },
  remove: { doing: "Deleting app", done: "Deleted", failed: "Deleting failed" },
  delete: { doing: "Deleting app", done: "Deleted", failed: "Deleting failed" },
  provision: { doing: "Setting up server", done: "Set up", failed: "Set-up failed" },
  destroy: { doing: "Destroying server", done: "Destroyed", failed: "Destroying failed" },
};

export function wordsOf(kind: string | null): Words {
  return KINDS[kind ?? ""] ?? { doing: "Working", done: "Done", failed: "Failed" };
}
