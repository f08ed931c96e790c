/** A dialog over the page: takes the focus, gives it back, closes with Esc. */

import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Button } from "./button";
import { useFocusReturn } from "./focus-return";

interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  role?: "dialog" | "alertdialog";
  /** While true, nothing closes it. */
  isLocked?: boolean;
  isWide?: boolean;
}

export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, description, children, role = "dialog", isLocked = false } = props;
  const focusReturn = useFocusReturn();
  const change = (open: boolean) => {
    if (!open && !isLocked) onClose();
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={change}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-[oklch(0.15_0.01_210/0.55)]" />
        <Radix.Content
          {...focusReturn}
          role={role}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "animate-appear bg-raised border-line fixed z-50 flex max-h-[92dvh] w-full flex-col border",
            "inset-x-0 bottom-0 mx-auto rounded-t-md sm:top-[6vh] sm:bottom-auto sm:rounded-md",
            props.isWide ? "sm:max-w-[600px]" : "sm:max-w-[480px]",
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="text-muted mt-1 text-sm">{description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <Button look="ghost" size="icon" aria-label="Close" className="-mr-2" disabled={isLocked}>
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The part of a dialog that scrolls when there is much of it. */
export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>;
}

/** The buttons at its foot, always in sight. */
export function DialogFoot({ children }: { children: ReactNode }) {
  return (
    <footer className="border-line flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
      {children}
    </footer>
  );
}
