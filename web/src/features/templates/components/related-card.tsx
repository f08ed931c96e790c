/** The apps that are most like one, each as a link with what it costs. */

import { Link } from "@tanstack/react-router";
import { AppIcon } from "@/components/ui/app-icon";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { price, words } from "@/lib/format";
import type { Template } from "../api/list-templates";
import { categoryOf } from "../search";
import { makerOf } from "../told";

export function RelatedCard({ templates }: { templates: Template[] }) {
  return (
    <Card title="Apps like it">
      <ul className="divide-line divide-y">
        {templates.map((template) => (
          <li key={template.id} className="hover:bg-hover relative flex items-center gap-3 px-4 py-3 transition-colors duration-150">
            <AppIcon name={template.name} />
            <div className="min-w-0">
              <Link
                to={paths.template}
                params={{ id: template.id }}
                className="block truncate text-sm font-semibold after:absolute after:inset-0"
              >
                {template.name}
              </Link>
              <p className="text-muted tnum truncate text-xs">
                {[words(categoryOf(template)), makerOf(template)].filter(Boolean).join(" ")}
                {`, ${price(template.price_monthly_cents)}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
