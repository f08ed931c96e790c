/** An event's message with the names of things that are known in the place of their ids. */

export function told(message: string | null, names: ReadonlyMap<string, string>): string {
  return (message ?? "").replace(/\b[a-z]+_[0-9a-f]{8,}\b/g, (id) => names.get(id) ?? id);
}
