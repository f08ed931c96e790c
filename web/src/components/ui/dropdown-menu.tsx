/** A menu that opens from a button: arrows and first letters move in it, Esc closes it. */

import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";

export const DropdownMenu = Radix.Root;
export const DropdownMenuTrigger = Radix.Trigger;
export const DropdownMenuGroup = Radix.Group;
export const DropdownMenuRadioGroup = Radix.RadioGroup;

const ITEM = cn(
  "relative flex min-h-9 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none select-none",
  "data-highlighted:bg-hover data-disabled:cursor-default data-disabled:opacity-55",
  "[&_svg]:size-4 [&_svg]:shrink-0",
);

export function DropdownMenuContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={6}
        collisionPadding={8}
        {...rest}
        className={cn(
          "animate-appear bg-raised border-line z-60 max-h-(--radix-dropdown-menu-content-available-height)",
          "max-w-[min(320px,calc(100vw-16px))] min-w-48 overflow-y-auto rounded-md border p-1",
          className,
        )}
      />
    </Radix.Portal>
  );
}

type ItemProps = ComponentProps<typeof Radix.Item> & {
  /** `danger` for what takes something away. */
  look?: "plain" | "danger";
};

/** A thing to do; with `asChild` a link to go to. */
export function DropdownMenuItem({ look = "plain", className, ...rest }: ItemProps) {
  const hue = look === "danger" ? "text-fail data-highlighted:bg-fail-soft" : "text-text [&_svg]:text-muted";
  return <Radix.Item {...rest} className={cn(ITEM, hue, className)} />;
}

export function DropdownMenuCheckboxItem({ children, className, ...rest }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem {...rest} className={cn(ITEM, "pr-8", className)}>
      {children}
      <Tick />
    </Radix.CheckboxItem>
  );
}

export function DropdownMenuRadioItem({ children, className, ...rest }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem {...rest} className={cn(ITEM, "pr-8", className)}>
      {children}
      <Tick />
    </Radix.RadioItem>
  );
}

function Tick() {
  return (
    <Radix.ItemIndicator className="absolute right-2">
      <Check aria-hidden className="text-accent" />
    </Radix.ItemIndicator>
  );
}

export function DropdownMenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="text-muted px-2 py-1.5 text-xs">{children}</Radix.Label>;
}

export function DropdownMenuSeparator() {
  return <Radix.Separator className="bg-line -mx-1 my-1 h-px" />;
}
