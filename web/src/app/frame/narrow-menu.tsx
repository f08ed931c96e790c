/** The navigation of a narrow page: a sheet from below, with all ways and the way in. */

import { Link } from "@tanstack/react-router";
import { ThemeButton } from "@/components/layout/theme-button";
import { LinkButton } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot } from "@/components/ui/dialog";
import { paths } from "@/config/paths";
import type { Way } from "./ways";

interface NarrowMenuProps {
  ways: readonly Way[];
  isSignedIn: boolean;
  onClose: () => void;
}

export default function NarrowMenu({ ways, isSignedIn, onClose }: NarrowMenuProps) {
  return (
    <Dialog isOpen onClose={onClose} title="Menu">
      <DialogBody>
        <nav aria-label="Main" className="-mx-2 grid gap-1">
          {ways.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              onClick={onClose}
              activeOptions={{ includeSearch: false }}
              className="text-muted hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent flex h-11 items-center gap-3 rounded-md px-3 text-base font-medium"
            >
              <Icon aria-hidden className="size-5" />
              {label}
            </Link>
          ))}
        </nav>
      </DialogBody>
      <DialogFoot>
        <ThemeButton />
        {!isSignedIn && (
          <>
            <LinkButton to={paths.signIn} className="flex-1" onClick={onClose}>
              Sign in
            </LinkButton>
            <LinkButton to={paths.signUp} look="primary" className="flex-1" onClick={onClose}>
              Sign up
            </LinkButton>
          </>
        )}
      </DialogFoot>
    </Dialog>
  );
}
