/** Adds an address or a webhook, and shows a webhook's secret once. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useAddChannel } from "../api/channels";
import { EVENTS } from "../events";
import { EventChoice } from "./event-choice";
import { ShownSecret } from "./shown-secret";

interface AddChannelProps {
  onClose: () => void;
  /** The one app that it is about; everything of the account without it. */
  deploymentId?: string | undefined;
}

const FIELDS = ["address", "url", "events"];

export function AddChannelDialog({ onClose, deploymentId }: AddChannelProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add a channel"
      description={deploymentId ? "It hears of this app alone." : "It hears of everything of this account."}
    >
      <ChannelForm onClose={onClose} deploymentId={deploymentId} />
    </Dialog>
  );
}

function ChannelForm({ onClose, deploymentId }: AddChannelProps) {
  const [kind, setKind] = useState<"email" | "webhook">("email");
  const [where, setWhere] = useState("");
  const [events, setEvents] = useState(EVENTS.map(({ event }) => event));
  const { mutate, data, isPending, error } = useAddChannel();
  if (data) return <Added kind={kind} secret={data.secret ?? null} where={where} onClose={onClose} />;
  const isHook = kind === "webhook";
  const general = formError(error, FIELDS);
  return (
    <form
      noValidate
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        mutate({
          kind,
          events,
          ...(isHook ? { url: where.trim() } : { address: where.trim() }),
          ...(deploymentId ? { deployment_id: deploymentId } : {}),
        });
      }}
    >
      <DialogBody>
        <div className="space-y-4">
          <Field label="Kind">
            {(wiring) => (
              <Select {...wiring} value={kind} onChange={(event) => setKind(event.target.value as "email" | "webhook")}>
                <option value="email">Email</option>
                <option value="webhook">Webhook</option>
              </Select>
            )}
          </Field>
          <Field
            label={isHook ? "URL" : "Address"}
            isRequired
            hint={isHook ? "Takes a signed POST with JSON." : "Gets a link first, and hears nothing until it was opened."}
            error={fieldErrors(error)[isHook ? "url" : "address"]}
          >
            {(wiring) => (
              <Input
                {...wiring}
                type={isHook ? "url" : "email"}
                autoComplete="off"
                value={where}
                onChange={(event) => setWhere(event.target.value)}
                placeholder={isHook ? "https://example.com/hooks/hoster" : "team@example.com"}
              />
            )}
          </Field>
          <EventChoice events={events} onChange={setEvents} />
          {general && <Notice tone="fail">{general}</Notice>}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isPending} disabled={where.trim() === "" || events.length === 0}>
          Add channel
        </Button>
      </DialogFoot>
    </form>
  );
}

function Added({ kind, secret, where, onClose }: { kind: string; secret: string | null; where: string; onClose: () => void }) {
  return (
    <>
      <DialogBody>
        {kind === "webhook" ? (
          <ShownSecret secret={secret} />
        ) : (
          <Notice tone="info">A link is on its way to {where}. Notices go there once it was opened.</Notice>
        )}
      </DialogBody>
      <DialogFoot>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogFoot>
    </>
  );
}
