/** Leaving: what one takes along, and closing the account. */

import { ClosingCard } from "@/features/leaving/components/closing-card";
import { ExportCard } from "@/features/leaving/components/export-card";

export function SettingsAccount() {
  return (
    <div className="max-w-3xl">
      <ExportCard />
      <ClosingCard />
    </div>
  );
}
