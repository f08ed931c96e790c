/** Where one is told of what happens, of the whole account or of one app. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import { channelsQuery, useAskConfirmation, useChangeChannel, useTestChannel, type Channel } from "../api/channels";
import { heard } from "../events";
import { askingOf, isAskable, isSwitched, nameOf } from "../standing";
import { Standing } from "./standing";

const AddChannelDialog = lazy(() => import("./add-channel-dialog").then((loaded) => ({ default: loaded.AddChannelDialog })));
const ChannelDialog = lazy(() => import("./channel-dialog").then((loaded) => ({ default: loaded.ChannelDialog })));

export function ChannelsCard({ deploymentId }: { deploymentId?: string }) {
  const { data = [] } = useQuery(channelsQuery);
  const [isAdding, setAdding] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const shown = deploymentId ? data.filter((one) => one.deployment_id === deploymentId) : data;
  const chosen = shown.find(({ id }) => id === opened);
  return (
    <Card
      title="Notices"
      aside={
        <Button size="sm" onClick={() => setAdding(true)}>
          Add a channel
        </Button>
      }
    >
      {deploymentId && shown.length === 0 && (
        <p className="text-muted p-4 text-sm">
          The account&apos;s channels hear of this app. A channel of its own hears of it alone.
        </p>
      )}
      <ul className="divide-line divide-y">
        {shown.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} onOpen={() => setOpened(channel.id)} />
        ))}
      </ul>
      <Suspense fallback={null}>
        {isAdding && <AddChannelDialog onClose={() => setAdding(false)} deploymentId={deploymentId} />}
        {chosen && <ChannelDialog channel={chosen} name={nameOf(chosen)} onClose={() => setOpened(null)} />}
      </Suspense>
    </Card>
  );
}

function ChannelRow({ channel, onOpen }: { channel: Channel; onOpen: () => void }) {
  const changing = useChangeChannel(channel.id);
  const test = useTestChannel(channel.id);
  const confirmation = useAskConfirmation(channel.id);
  const failed = (error: unknown) => toast("fail", reason(error));
  const name = nameOf(channel);
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 p-4">
      <div className="min-w-0 flex-1 basis-52">
        <button type="button" className="max-w-full truncate text-sm font-medium hover:underline" onClick={onOpen}>
          {name}
        </button>
        <p className="text-muted text-xs">
          {heard(channel.events)}
          {channel.deployment_id && " of one app"}
          {channel.last_delivery && (
            <>
              {" · last sent "}
              <Time at={channel.last_delivery.at} />
            </>
          )}
        </p>
        <Standing channel={channel} />
      </div>
      <span className="flex items-center gap-3">
        {isAskable(channel) && (
          <Button
            size="sm"
            isBusy={confirmation.isPending}
            onClick={() =>
              confirmation.mutate(undefined, { onSuccess: () => toast("done", `A link was sent to ${name}.`), onError: failed })
            }
          >
            {askingOf(channel)}
          </Button>
        )}
        {channel.status === "active" && (
          <Button
            size="sm"
            isBusy={test.isPending}
            onClick={() => test.mutate(undefined, { onSuccess: onOpen, onError: failed })}
          >
            Send a test
          </Button>
        )}
        {isSwitched(channel) && (
          <Switch
            aria-label={`Notices to ${name}`}
            isOn={channel.enabled}
            disabled={changing.isPending}
            onChange={(enabled) => changing.mutate({ enabled }, { onError: failed })}
          />
        )}
      </span>
    </li>
  );
}
