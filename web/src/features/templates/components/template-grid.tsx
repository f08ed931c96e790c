/** The catalogue's apps, as cards or as rows; the arrow keys go from one to the next. */

import type { KeyboardEvent, ReactNode } from "react";
import type { Template } from "../api/list-templates";
import { TemplateCard } from "./template-card";
import { TemplateRow } from "./template-row";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function TemplateGrid({ templates }: { templates: Template[] }) {
  return (
    <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {templates.map((template) => (
        <li key={template.id} className="grid">
          <TemplateCard template={template} onKeyDown={walk} />
        </li>
      ))}
    </ul>
  );
}

interface TemplateListProps {
  templates: Template[];
  /** What stands beside each name, and what can be done with each. */
  mark?: (template: Template) => ReactNode;
  actions?: (template: Template) => ReactNode;
}

export function TemplateList({ templates, mark, actions }: TemplateListProps) {
  return (
    <ul className="border-line bg-surface divide-line divide-y overflow-hidden rounded-md border">
      {templates.map((template) => (
        <li key={template.id}>
          <TemplateRow template={template} onKeyDown={walk} mark={mark?.(template)}>
            {actions?.(template)}
          </TemplateRow>
        </li>
      ))}
    </ul>
  );
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const list = event.currentTarget.closest("ul");
  if (step === undefined || !list) return;
  const links = [...list.querySelectorAll<HTMLElement>("a[data-walk]")];
  const next = links[links.findIndex((link) => link === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
