/** What a template asks for. */

import type { Variable } from "@/lib/api/types";

export function VariablesTable({ variables }: { variables: Variable[] }) {
  return (
    <ul className="divide-line divide-y">
      {variables.map((variable) => (
        <li key={variable.name} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
          <span className="text-sm font-medium">{variable.label ?? variable.name}</span>
          <code className="text-muted text-xs">{variable.name}</code>
          <span className="text-muted ml-auto text-xs">{origin(variable)}</span>
          {variable.description && <p className="text-muted w-full text-xs">{variable.description}</p>}
        </li>
      ))}
    </ul>
  );
}

function origin({ type, generator, default: fallback, required }: Variable): string {
  const isSecret = type === "secret" || type === "password";
  if (generator) return "Generated for you";
  if (fallback !== null && fallback !== undefined && fallback !== "") {
    return isSecret ? "Has a default" : `Default: ${String(fallback)}`;
  }
  return required ? "You fill it in" : "Optional";
}
