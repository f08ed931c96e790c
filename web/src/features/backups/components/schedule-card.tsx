/** When an app is backed up by itself, and how many of those backups are kept. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { Time } from "@/components/ui/time";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useNow } from "@/lib/use-now";
import { useChangeDeployment } from "../../deployments/api/change-deployment";
import type { Deployment } from "../../deployments/api/list-deployments";
import { HOURS, hourTold, keeps, RHYTHMS, scheduleOf, USUAL_HOUR, USUALLY_KEPT, type Rhythm } from "../schedule";

const FIELDS = ["backup_schedule.every", "backup_schedule.hour", "backup_keep"];

export function ScheduleCard({ deployment }: { deployment: Deployment }) {
  const { backup_schedule: present, backup_keep: kept, backup_due_at: due } = deployment;
  return (
    <Card title="Schedule">
      <div className="grid gap-4 px-4 py-4">
        <p className="text-muted text-sm">
          {present && due ? (
            <>
              The next backup begins <Time at={due} />, if the app runs then.
            </>
          ) : (
            "This app is not backed up by itself."
          )}
        </p>
        {/* What is chosen begins anew with what was saved. */}
        <ScheduleForm key={`${present?.every} ${present?.hour} ${kept}`} deployment={deployment} />
      </div>
    </Card>
  );
}

function ScheduleForm({ deployment }: { deployment: Deployment }) {
  const { id, backup_schedule: present, backup_keep: kept } = deployment;
  const [rhythm, setRhythm] = useState<Rhythm>(present?.every ?? "off");
  const [hour, setHour] = useState(present?.hour ?? USUAL_HOUR);
  const [keep, setKeep] = useState(kept ?? USUALLY_KEPT);
  const { mutate, isPending, error } = useChangeDeployment(id);
  const now = useNow();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const isOff = rhythm === "off";
  const isChanged =
    rhythm !== (present?.every ?? "off") || (!isOff && (hour !== present?.hour || keep !== (kept ?? USUALLY_KEPT)));
  const save = () =>
    mutate(
      { backup_schedule: scheduleOf(rhythm, hour), ...(!isOff && { backup_keep: keep }) },
      { onSuccess: () => toast("done", isOff ? "It is not backed up by itself any more." : "The schedule is saved.") },
    );
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label="Back up" error={refused["backup_schedule.every"]}>
        {(wiring) => (
          <Select {...wiring} value={rhythm} onChange={(event) => setRhythm(event.target.value as Rhythm)}>
            {RHYTHMS.map(({ value, word }) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Within the hour from" error={refused["backup_schedule.hour"]}>
        {(wiring) => (
          <Select {...wiring} value={hour} disabled={isOff} onChange={(event) => setHour(Number(event.target.value))}>
            {HOURS.map((one) => (
              <option key={one} value={one}>
                {hourTold(one, now)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Keep the last"
        hint="Older ones by schedule are deleted. Those made by hand stay."
        error={refused.backup_keep}
      >
        {(wiring) => (
          <Select {...wiring} value={keep} disabled={isOff} onChange={(event) => setKeep(Number(event.target.value))}>
            {keeps(keep).map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {general && <Notice tone="fail">{general}</Notice>}
      <Button type="submit" isBusy={isPending} disabled={!isChanged}>
        Save schedule
      </Button>
    </form>
  );
}
