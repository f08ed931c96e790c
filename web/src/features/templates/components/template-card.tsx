/** A template in the catalogue: what it is, what it needs, what it costs. */

import { Link } from "@tanstack/react-router";
import type { KeyboardEventHandler } from "react";
import { AppIcon } from "@/components/ui/app-icon";
import { price, sentence, words } from "@/lib/format";
import { categoryOf } from "../search";
import { makerOf, needsOf, provenOf, speedOf } from "../told";
import type { Template } from "../api/list-templates";

interface TemplateCardProps {
  template: Template;
  onKeyDown: KeyboardEventHandler<HTMLElement>;
}

export function TemplateCard({ template, onKeyDown }: TemplateCardProps) {
  const speed = provenOf(template) || speedOf(template);
  return (
    <article className="border-line bg-surface hover:border-line-strong focus-within:border-line-strong relative flex min-w-0 flex-col rounded-md border p-4 transition-colors duration-150">
      <div className="flex items-center gap-3">
        <AppIcon name={template.name} />
        <div className="min-w-0">
          <h2 className="truncate text-sm font-semibold">
            <Link
              to="/templates/$id"
              params={{ id: template.id }}
              onKeyDown={onKeyDown}
              data-walk
              className="after:absolute after:inset-0 after:rounded-md"
            >
              {template.name}
            </Link>
          </h2>
          <p className="text-muted truncate text-xs">
            {[words(categoryOf(template)), makerOf(template)].filter(Boolean).join(" ")}
          </p>
        </div>
      </div>
      <p className="text-muted mt-3 line-clamp-2 min-h-10 text-sm">{template.description}</p>
      <p className="tnum mt-auto flex flex-wrap justify-between gap-x-3 pt-3 text-xs">
        <span className="font-medium">{price(template.price_monthly_cents)}</span>
        <span className="text-muted">{needsOf(template)}</span>
        {speed && <span className="text-muted basis-full">{sentence(speed)}</span>}
      </p>
    </article>
  );
}
