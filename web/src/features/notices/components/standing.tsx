/** What keeps notices from a channel, since when, and what can be done. */

import { Status } from "@/components/feedback/status";
import { Time } from "@/components/ui/time";
import type { Channel } from "../api/channels";

export function Standing({ channel }: { channel: Channel }) {
  const { status, muted_at: mutedAt, undeliverable, returned, failing_since: failing, last_delivery: last } = channel;
  if (status === "undeliverable" && undeliverable) {
    return (
      <p className="mt-1 text-xs">
        <Status state="failed" word="No mail goes there" /> {undeliverable.detail} <Time at={undeliverable.at} />.{" "}
        {undeliverable.reason === "complained"
          ? "Only its reader can have notices come again, by the link at the end of any letter."
          : "Once mail arrives there again, a link has it confirmed."}
      </p>
    );
  }
  if (status === "muted") {
    return (
      <p className="mt-1 text-xs">
        <Status state="stopped" word="Stopped by its reader" /> {mutedAt && <Time at={mutedAt} />}
        {channel.own && " What is owed is told all the same."}
      </p>
    );
  }
  if (status === "unconfirmed") {
    return (
      <p className="mt-1 text-xs">
        <Status state="waiting" word="Not confirmed yet" /> Nothing goes there until its reader opens the link that was sent.
      </p>
    );
  }
  if (failing && last) {
    return (
      <p className="mt-1 text-xs">
        <Status state="failed" word="Does not arrive" /> {last.detail}
      </p>
    );
  }
  if (returned) {
    return (
      <p className="mt-1 text-xs">
        <Status state="failing" word={`${returned.count} letters came back`} /> {returned.detail}{" "}
        <Time at={returned.last_at} />
      </p>
    );
  }
  return null;
}
