/** Leaving: what one takes along. */

import { ExportCard } from "@/features/leaving/components/export-card";

export function SettingsAccount() {
  return (
    <div className="max-w-3xl">
      <ExportCard />
    </div>
  );
}
