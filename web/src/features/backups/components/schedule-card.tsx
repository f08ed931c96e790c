/** When an app is backed up by itself, how many of those backups are kept, and where all of its backups go. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { toast } from "@/components/feedback/toasts";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { Time } from "@/components/ui/time";
import { paths } from "@/config/paths";
import { fieldErrors, formError } from "@/lib/api/errors";
import { useNow } from "@/lib/use-now";
import { bucketsQuery, type Bucket } from "../../buckets/api/list-buckets";
import { useChangeDeployment } from "../../deployments/api/change-deployment";
import type { Deployment } from "../../deployments/api/list-deployments";
import { HOURS, hourTold, keeps, RHYTHMS, scheduleOf, USUAL_HOUR, USUALLY_KEPT, type Rhythm } from "../schedule";

const FIELDS = ["backup_schedule.every", "backup_schedule.hour", "backup_keep", "backup_target_id"];

/** What stands for Hoster's own bucket among the choices. */
const HOUSE = "";

export function ScheduleCard({ deployment }: { deployment: Deployment }) {
  const { backup_schedule: present, backup_keep: kept, backup_target_id: target, backup_due_at: due } = deployment;
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
        <ScheduleForm key={`${present?.every} ${present?.hour} ${kept} ${target}`} deployment={deployment} />
      </div>
    </Card>
  );
}

function ScheduleForm({ deployment }: { deployment: Deployment }) {
  const { id, backup_schedule: present, backup_keep: kept, backup_target_id: target } = deployment;
  const [rhythm, setRhythm] = useState<Rhythm>(present?.every ?? "off");
  const [hour, setHour] = useState(present?.hour ?? USUAL_HOUR);
  const [keep, setKeep] = useState(kept ?? USUALLY_KEPT);
  const [place, setPlace] = useState(target ?? HOUSE);
  const { mutate, isPending, error } = useChangeDeployment(id);
  const now = useNow();
  const refused = fieldErrors(error);
  const general = formError(error, FIELDS);
  const isOff = rhythm === "off";
  const isTimeChanged =
    rhythm !== (present?.every ?? "off") || (!isOff && (hour !== present?.hour || keep !== (kept ?? USUALLY_KEPT)));
  const isPlaceChanged = place !== (target ?? HOUSE);
  const save = () =>
    mutate(
      {
        ...(isTimeChanged && { backup_schedule: scheduleOf(rhythm, hour), ...(!isOff && { backup_keep: keep }) }),
        ...(isPlaceChanged && { backup_target_id: place === HOUSE ? null : place }),
      },
      { onSuccess: () => toast("done", isTimeChanged && isOff ? "It is not backed up by itself any more." : "The schedule is saved.") },
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
      <PlaceField chosen={place} present={target ?? HOUSE} error={refused.backup_target_id} onChoose={setPlace} />
      {general && <Notice tone="fail">{general}</Notice>}
      <Button type="submit" isBusy={isPending} disabled={!isTimeChanged && !isPlaceChanged}>
        Save schedule
      </Button>
    </form>
  );
}

interface PlaceFieldProps {
  chosen: string;
  /** Where backups go as long as nothing else is saved. */
  present: string;
  error: string | undefined;
  onChoose: (id: string) => void;
}

function PlaceField({ chosen, present, error, onChoose }: PlaceFieldProps) {
  const { data: buckets = [] } = useQuery(bucketsQuery);
  const bucket = buckets.find(({ id }) => id === chosen);
  const isUnknown = present !== HOUSE && !buckets.some(({ id }) => id === present);
  return (
    <div className="grid gap-2">
      <Field
        label="Backups go to"
        hint="By hand and by schedule. Those that are made stay where they are."
        aside={
          <Link to={paths.buckets} className="text-accent text-xs underline">
            Your buckets
          </Link>
        }
        error={error}
      >
        {(wiring) => (
          <Select {...wiring} value={chosen} onChange={(event) => onChoose(event.target.value)}>
            <option value={HOUSE}>Hoster’s bucket</option>
            {isUnknown && <option value={present}>A bucket of yours</option>}
            {buckets.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {bucket?.status === "invalid" && <Refused bucket={bucket} />}
    </div>
  );
}

function Refused({ bucket: { name, error_message: cause } }: { bucket: Bucket }) {
  return (
    <Notice tone="fail">
      {name} was refused at its last check, and backups into it fail until it works. {cause}{" "}
      <Link to={paths.buckets} className="underline">
        See to it in Settings
      </Link>
    </Notice>
  );
}
