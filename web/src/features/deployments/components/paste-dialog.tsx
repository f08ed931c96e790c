/** Takes many variables at once, as lines of a .env file. */

import { useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { Field, Textarea } from "@/components/ui/field";
import type { Variable } from "@/lib/api/types";
import { count } from "@/lib/format";
import { readEnv } from "../env-text";

interface PasteDialogProps {
  variables: Variable[];
  isOpen: boolean;
  onClose: () => void;
  onTake: (values: Record<string, string>) => void;
}

export function PasteDialog(props: PasteDialogProps) {
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title="Paste a .env file"
      description="One NAME=value a line. Nothing is changed before you say so on the page."
      isWide
    >
      <Paste {...props} />
    </Dialog>
  );
}

function Paste({ variables, onClose, onTake }: PasteDialogProps) {
  const [text, setText] = useState("");
  const { values, faults } = readEnv(text);
  const known = Object.entries(values).filter(([name]) => variables.some((one) => one.name === name));
  const unknown = Object.keys(values).filter((name) => !variables.some((one) => one.name === name));
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        onTake(Object.fromEntries(known));
        onClose();
      }}
    >
      <DialogBody>
        <Field label="Variables">
          {(wiring) => (
            <Textarea
              {...wiring}
              value={text}
              rows={10}
              spellCheck={false}
              placeholder={variables.map(({ name }) => `${name}=…`).join("\n")}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div aria-live="polite" className="mt-3 grid gap-2">
          {unknown.length > 0 && (
            <Notice tone="warn">The app has no such variables; they are left out: {unknown.join(", ")}.</Notice>
          )}
          {faults.length > 0 && (
            <Notice tone="warn">
              {faults.length === 1 ? "Line" : "Lines"} {faults.join(", ")} cannot be read as NAME=value.
            </Notice>
          )}
        </div>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" disabled={known.length === 0}>
          Take {count(known.length, "value")}
        </Button>
      </DialogFoot>
    </form>
  );
}
