/** Buttons, and links that look like them. */

import { createLink } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from "react";
import { cn } from "@/lib/cn";

const LOOKS = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-strong",
  secondary: "bg-surface text-text border-line hover:bg-hover",
  ghost: "bg-transparent text-muted border-transparent hover:bg-hover hover:text-text",
  danger: "bg-surface text-fail border-line hover:bg-fail-soft hover:border-fail",
} as const;

const SIZES = {
  md: "h-9 px-3 text-sm",
  sm: "h-7 px-2 text-xs",
  lg: "h-11 px-5 text-base",
  icon: "size-9 text-sm",
} as const;

interface Looks {
  look?: keyof typeof LOOKS;
  size?: keyof typeof SIZES;
}

function classes({ look = "secondary", size = "md" }: Looks, extra?: string): string {
  return cn(
    "inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap",
    "transition-colors duration-150 select-none [&_svg]:size-4 [&_svg]:shrink-0",
    "disabled:opacity-55 aria-disabled:opacity-55",
    LOOKS[look],
    SIZES[size],
    extra,
  );
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Looks & { isBusy?: boolean };

/** A button keeps its name and place while it is busy; it only shows that it is. */
export function Button({ look, size, isBusy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={(disabled ?? false) || isBusy}
      aria-busy={isBusy}
      className={classes({ ...(look && { look }), ...(size && { size }) }, cn("relative", className))}
    >
      {isBusy && <LoaderCircle className="absolute animate-spin" aria-hidden />}
      <span className={cn("inline-flex items-center gap-2", isBusy && "opacity-0")}>{children}</span>
    </button>
  );
}

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & Looks & { ref?: Ref<HTMLAnchorElement> };

/** A link to another site, as a button. */
export function AnchorButton({ look, size, className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={classes({ ...(look && { look }), ...(size && { size }) }, className)}>
      {children}
    </a>
  );
}

/** A link within the app, as a button. */
export const LinkButton = createLink(AnchorButton);
