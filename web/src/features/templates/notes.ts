/** Reads what the API tells of a compose text's keys without effect. */

import type { LineMark } from "@/components/ui/code-editor";

/** "services.web.platform (line 4): why" -> the line, and the rest. */
export function noteOf(note: string): LineMark {
  const [, path, line, why] = /^(.*?) \(line (\d+)\)(?:: )?(.*)$/s.exec(note) ?? [];
  if (path === undefined) return { line: 0, tone: "warn", text: note };
  return { line: Number(line), tone: "warn", text: why ? `${path}: ${why}` : path };
}
