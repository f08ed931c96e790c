/** A template in a list: the same as its card, in one line. */

import { Link } from "@tanstack/react-router";
import type { KeyboardEventHandler, ReactNode } from "react";
import { AppIcon } from "@/components/ui/app-icon";
import { paths } from "@/config/paths";
import { price, sentence, words } from "@/lib/format";
import { categoryOf } from "../search";
import type { Template } from "../api/list-templates";
import { makerOf, needsOf, provenOf, speedOf } from "../told";

interface TemplateRowProps {
  template: Template;
  onKeyDown: KeyboardEventHandler<HTMLElement>;
  /** What stands beside the name. */
  mark?: ReactNode;
  /** What can be done with it. */
  children?: ReactNode;
}

export function TemplateRow({ template, onKeyDown, mark, children }: TemplateRowProps) {
  return (
    <article className="hover:bg-hover relative flex min-w-0 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 transition-colors duration-150">
      <AppIcon name={template.name} />
      <div className="min-w-0 flex-1 basis-48">
        <div className="flex items-center gap-2">
          <h2 className="truncate text-sm font-semibold">
            <Link
              to={paths.template}
              params={{ id: template.id }}
              onKeyDown={onKeyDown}
              data-walk
              className="after:absolute after:inset-0"
            >
              {template.name}
            </Link>
          </h2>
          {mark}
        </div>
        <p className="text-muted truncate text-sm">{template.description === "" ? "It has no description yet." : template.description}</p>
      </div>
      <p className="text-muted tnum hidden w-56 text-right text-xs lg:block">
        {[words(categoryOf(template)), makerOf(template)].filter(Boolean).join(" ")}
        <br />
        {provenOf(template) ? sentence(provenOf(template)) : [needsOf(template), speedOf(template)].filter(Boolean).join(", ")}
      </p>
      <p className="tnum text-xs font-medium sm:w-28 sm:text-right">{price(template.price_monthly_cents)}</p>
      {children && <div className="relative flex w-full flex-wrap justify-end gap-2 sm:w-52">{children}</div>}
    </article>
  );
}
