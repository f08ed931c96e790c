/** Asks before something is destroyed, and names what is lost. */

import { useState, type ReactNode } from "react";
import { reason } from "@/lib/api/errors";
import { Button } from "./button";
import { Dialog, DialogBody, DialogFoot } from "./dialog";
import { Field, Input } from "./field";
import { Notice } from "../feedback/notice";

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What is lost. */
  children: ReactNode;
  /** The button: what happens. */
  action: string;
  /** Asked for when data is lost: the name to type. */
  typed?: string;
  /** The other button: what happens then. */
  keep?: string;
  /** False while what is lost is not known yet. */
  isKnown?: boolean;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
}

export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      role="alertdialog"
      isLocked={props.isBusy}
    >
      <Question {...props} />
    </Dialog>
  );
}

function Question(props: ConfirmProps) {
  const { children, action, typed, keep = "Keep it", isKnown = true, isBusy, error, onConfirm, onClose } = props;
  const [answer, setAnswer] = useState("");
  const isReady = isKnown && (typed === undefined || answer.trim() === typed);
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onConfirm();
      }}
    >
      <DialogBody>
        <div className="space-y-3 text-sm">{children}</div>
        {typed !== undefined && (
          <div className="mt-4">
            <Field label={`Type ${typed} to confirm`} isRequired>
              {(wiring) => (
                <Input
                  {...wiring}
                  value={answer}
                  onChange={(event) => setAnswer(event.target.value)}
                  autoComplete="off"
                  spellCheck={false}
                />
              )}
            </Field>
          </div>
        )}
        {error ? (
          <Notice tone="fail" className="mt-4">
            {reason(error)}
          </Notice>
        ) : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose} disabled={isBusy}>
          {keep}
        </Button>
        <Button type="submit" look="danger" isBusy={isBusy} disabled={!isReady}>
          {action}
        </Button>
      </DialogFoot>
    </form>
  );
}
