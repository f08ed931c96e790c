/** A card that lists things, with the button that opens the form for another one. */

import { Suspense, useState, type ReactNode } from "react";
import { useWasTyped } from "@/lib/forms/use-typed";
import { Button } from "../ui/button";
import { Card } from "../ui/card";

interface AddCardProps {
  title: string;
  /** The button: what it adds. */
  action: string;
  /** The name of its form: one that was typed into before the session ended opens itself. */
  form: string;
  /** The dialog with the form, which may be loaded when it is asked for. */
  dialog: (onClose: () => void) => ReactNode;
  children: ReactNode;
}

export function AddCard({ title, action, form, dialog, children }: AddCardProps) {
  const [isOpen, setOpen] = useState(useWasTyped(form));
  return (
    <Card
      title={title}
      aside={
        <Button size="sm" onClick={() => setOpen(true)}>
          {action}
        </Button>
      }
    >
      {children}
      <Suspense fallback={null}>{isOpen && dialog(() => setOpen(false))}</Suspense>
    </Card>
  );
}
