/** The services of a template: names, and the images that they run. */

import { Box } from "lucide-react";
import type { TemplateService } from "@/lib/api/types";

export function ServiceList({ services }: { services: TemplateService[] }) {
  return (
    <ul className="divide-line divide-y">
      {services.map(({ name, image }) => (
        <li key={name} className="flex min-h-11 items-center gap-3 px-4 py-2">
          <Box aria-hidden className="text-muted size-4 shrink-0" />
          <span className="text-sm font-medium">{name}</span>
          <code className="text-muted ml-auto min-w-0 truncate font-mono text-xs">{image}</code>
        </li>
      ))}
    </ul>
  );
}
