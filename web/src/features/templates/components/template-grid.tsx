/** The catalogue's cards; the arrow keys go from one to the next. */

import type { KeyboardEvent } from "react";
import { count } from "@/lib/format";
import type { Template } from "../api/list-templates";
import { TemplateCard } from "./template-card";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function TemplateGrid({ templates }: { templates: Template[] }) {
  return (
    <>
      <p role="status" className="sr-only">
        {count(templates.length, "app")}
      </p>
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {templates.map((template) => (
          <li key={template.id} className="grid">
            <TemplateCard template={template} onKeyDown={walk} />
          </li>
        ))}
      </ul>
    </>
  );
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const list = event.currentTarget.closest("ul");
  if (step === undefined || !list) return;
  const links = [...list.querySelectorAll("a")];
  const next = links[links.findIndex((link) => link === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
