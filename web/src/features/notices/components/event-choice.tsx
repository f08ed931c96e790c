/** Which events a channel hears of: a box for each. */

import { CheckField } from "@/components/ui/field";
import { EVENTS, type NoticeEvent } from "../events";

interface EventChoiceProps {
  events: readonly NoticeEvent[];
  onChange: (events: NoticeEvent[]) => void;
}

export function EventChoice({ events, onChange }: EventChoiceProps) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-medium">Tell me when</legend>
      {EVENTS.map(({ event, label }) => (
        <CheckField
          key={event}
          label={label}
          isChecked={events.includes(event)}
          onChange={(isChosen) =>
            onChange(EVENTS.map((one) => one.event).filter((one) => (one === event ? isChosen : events.includes(one))))
          }
        />
      ))}
    </fieldset>
  );
}
