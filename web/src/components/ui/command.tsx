/** A field whose list answers as one types: arrows go through it, Enter takes one. */

import * as Dialog from "@radix-ui/react-dialog";
import { Command as Cmdk } from "cmdk";
import { Search, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { useFocusReturn } from "./focus-return";

interface CommandDialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Every word that was typed occurs in the value or the keywords: nothing far-fetched is shown. */
function fits(value: string, typed: string, keywords: string[] = []): number {
  const text = [value, ...keywords].join(" ").toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word)) ? 1 : 0;
}

/** Opens over the page, with the focus in its field, and closes with Esc. */
export function CommandDialog({ title, onClose, children }: CommandDialogProps) {
  const focusReturn = useFocusReturn();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade fixed inset-0 z-60 bg-[oklch(0.15_0.01_210/0.55)]" />
        <Dialog.Content
          {...focusReturn}
          aria-describedby={undefined}
          className="animate-appear bg-raised border-line fixed inset-x-2 top-[8vh] z-60 mx-auto max-w-[600px] overflow-hidden rounded-md border"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          <Cmdk label={title} loop filter={fits}>
            {children}
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

export function CommandInput(props: ComponentProps<typeof Cmdk.Input>) {
  return (
    <div className="border-line flex h-12 items-center gap-3 border-b px-4">
      <Search aria-hidden className="text-muted size-4 shrink-0" />
      <Cmdk.Input {...props} className="min-w-0 flex-1 bg-transparent text-base outline-none" />
    </div>
  );
}

/** As high as it may be: what is found moves no edge. */
export function CommandList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Cmdk.List label={label} className="h-[min(420px,60dvh)] scroll-py-2 overflow-y-auto p-2">
      {children}
    </Cmdk.List>
  );
}

export function CommandEmpty({ children }: { children: ReactNode }) {
  return <Cmdk.Empty className="text-muted px-4 py-10 text-center text-sm">{children}</Cmdk.Empty>;
}

export function CommandGroup(props: ComponentProps<typeof Cmdk.Group>) {
  return (
    <Cmdk.Group
      {...props}
      className="[&_[cmdk-group-heading]]:text-muted mb-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs"
    />
  );
}

interface CommandItemProps {
  /** What the list is searched by, beside the keywords; unique in it. */
  value: string;
  keywords?: string[];
  icon: LucideIcon;
  /** What stands at the end of the row. */
  aside?: ReactNode;
  onSelect: () => void;
  children: ReactNode;
}

export function CommandItem({ icon: Icon, aside, children, ...rest }: CommandItemProps) {
  return (
    <Cmdk.Item
      {...rest}
      className="data-[selected=true]:bg-hover flex min-h-10 cursor-pointer items-center gap-3 rounded-sm px-2 text-sm"
    >
      <Icon aria-hidden className="text-muted size-4 shrink-0" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {aside}
    </Cmdk.Item>
  );
}
