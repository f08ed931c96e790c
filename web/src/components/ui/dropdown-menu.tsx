/** A menu that opens from a button: arrows and first letters move in it, Esc closes it. */

import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const DropdownMenu = Radix.Root;
export const DropdownMenuTrigger = Radix.Trigger;

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

/** A thing to do; with `asChild` a link to go to. */
export function DropdownMenuItem({ className, ...rest }: ComponentProps<typeof Radix.Item>) {
  return (
    <Radix.Item
      {...rest}
      className={cn(
        "[&_svg]:text-muted flex min-h-9 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none select-none",
        "data-highlighted:bg-hover data-disabled:cursor-default data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
        className,
      )}
    />
  );
}

export function DropdownMenuSeparator() {
  return <Radix.Separator className="bg-line -mx-1 my-1 h-px" />;
}
