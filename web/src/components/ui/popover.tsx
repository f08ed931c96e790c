/** A small surface that opens from a control and holds others; Esc or a click outside closes it. */

import * as Radix from "@radix-ui/react-popover";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;
export const PopoverAnchor = Radix.Anchor;
export const PopoverClose = Radix.Close;

export function PopoverContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={6}
        collisionPadding={8}
        {...rest}
        className={cn(
          "animate-appear bg-raised border-line z-60 w-72 max-w-[calc(100vw-16px)] rounded-md border p-4 text-sm",
          "max-h-(--radix-popover-content-available-height) overflow-y-auto",
          className,
        )}
      />
    </Radix.Portal>
  );
}
