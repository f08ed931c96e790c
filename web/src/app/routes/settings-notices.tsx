/** Where this account is told of what happens. */

import { ChannelsCard } from "@/features/notices/components/channels-card";

export function SettingsNotices() {
  return (
    <div className="grid max-w-3xl gap-3">
      <ChannelsCard />
      <p className="text-muted text-sm">
        What you would otherwise have to look for: each thing is told once, and what belongs together in one message.
      </p>
    </div>
  );
}
