/** An event's message for a list: names in the place of ids that are known, and no lines of a log. */

export function told(message: string | null, names: ReadonlyMap<string, string>): string {
  const [said = ""] = (message ?? "").split(/ Its last lines?: /, 1);
  return said.replace(/\b[a-z]+_[0-9a-f]{8,}\b/g, (id) => names.get(id) ?? id);
}
