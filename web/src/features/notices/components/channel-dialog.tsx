/** One channel: what it hears of, what was sent to it, another secret, and its end. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Status } from "@/components/feedback/status";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import {
  deliveriesQuery,
  useChangeChannel,
  useDeleteChannel,
  useReplay,
  useRotateSecret,
  type Channel,
  type Delivery,
} from "../api/channels";
import { EventChoice } from "./event-choice";
import { ShownSecret } from "./shown-secret";

export function ChannelDialog({ channel, name, onClose }: { channel: Channel; name: string; onClose: () => void }) {
  const [isEnding, setEnding] = useState(false);
  const [events, setEvents] = useState(channel.events);
  const saving = useChangeChannel(channel.id);
  const ending = useDeleteChannel();
  const rotation = useRotateSecret(channel.id);
  const isChanged = events.join() !== channel.events.join();
  return (
    <Dialog isOpen onClose={onClose} title={name}>
      <DialogBody>
        <div className="space-y-6">
          <EventChoice events={events} onChange={setEvents} />
          {channel.kind === "webhook" &&
            (rotation.data ? (
              <ShownSecret secret={rotation.data.secret ?? null} />
            ) : (
              <Button size="sm" isBusy={rotation.isPending} onClick={() => rotation.mutate()}>
                Make another secret
              </Button>
            ))}
          <Deliveries id={channel.id} />
          {(saving.error ?? rotation.error) && (
            <Notice tone="fail">{reason(saving.error ?? rotation.error)}</Notice>
          )}
        </div>
      </DialogBody>
      <DialogFoot>
        {!channel.own && <Button onClick={() => setEnding(true)}>Delete channel</Button>}
        <Button
          look="primary"
          isBusy={saving.isPending}
          disabled={!isChanged || events.length === 0}
          onClick={() => saving.mutate({ events }, { onSuccess: () => toast("done", "Saved.") })}
        >
          Save
        </Button>
      </DialogFoot>
      <ConfirmDialog
        isOpen={isEnding}
        onClose={() => setEnding(false)}
        title="Delete this channel?"
        action="Delete channel"
        isBusy={ending.isPending}
        error={ending.error}
        onConfirm={() => ending.mutate(channel.id, { onSuccess: onClose })}
      >
        {name} hears nothing any more, and what was sent there is not shown any more.
      </ConfirmDialog>
    </Dialog>
  );
}

function Deliveries({ id }: { id: string }) {
  const { data = [] } = useQuery(deliveriesQuery(id));
  const replay = useReplay(id);
  return (
    <section>
      <h3 className="mb-2 text-sm font-medium">Sent</h3>
      {data.length === 0 && <p className="text-muted text-sm">Nothing was sent yet.</p>}
      <ul className="divide-line divide-y">
        {data.map((one) => (
          <li key={one.id} className="flex items-center justify-between gap-4 py-2 text-sm">
            <div className="min-w-0">
              <p className="truncate">{one.subject}</p>
              <p className="text-muted truncate text-xs">
                <Time at={one.created_at} /> {lastWord(one)}
              </p>
            </div>
            <span className="flex shrink-0 items-center gap-2">
              <DeliveryStatus delivery={one} />
              {one.status !== "pending" && (
                <Button size="sm" look="ghost" onClick={() => replay.mutate(one.id)}>
                  Send again
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last try met. */
function lastWord({ attempts, attempt_count: count }: Delivery): string {
  const last = attempts.at(-1);
  if (last === undefined) return "";
  const answer = last.response_status === null ? last.detail : `answered ${last.response_status}`;
  return count > 1 ? `${answer}, after ${count} tries` : answer;
}

function DeliveryStatus({ delivery }: { delivery: Delivery }) {
  const hues = { delivered: "running", pending: "working", failed: "failed" } as const;
  const words = { delivered: "Delivered", pending: "On its way", failed: "Failed" } as const;
  return <Status state={hues[delivery.status]} word={words[delivery.status]} />;
}
