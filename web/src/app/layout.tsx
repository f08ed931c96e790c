/** The frame of every page: the mark, the ways through the app, the account. */

import { Link, Outlet } from "@tanstack/react-router";
import { Mark } from "@/components/layout/mark";
import { ThemeButton } from "@/components/layout/theme-button";
import { Toasts } from "@/components/feedback/toasts";
import { LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { AccountMenu } from "@/features/session/components/account-menu";
import { useSignedIn } from "@/lib/auth/session";

const WAYS = [
  { to: paths.catalogue, label: "Catalogue", isExact: false },
  { to: paths.deployments, label: "Apps", isExact: false },
  { to: paths.nodes, label: "Servers", isExact: false },
  { to: paths.credentials, label: "Keys", isExact: false },
] as const;

export function Layout() {
  const isSignedIn = useSignedIn();
  return (
    <>
      <a
        href="#content"
        className="bg-raised border-line sr-only z-50 rounded-md border px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="border-line bg-surface border-b">
        <div className="mx-auto flex max-w-[1200px] flex-wrap items-center gap-x-6 px-4 sm:h-14">
          <Link to={paths.landing} aria-label="Hoster, to the first page" className="flex h-14 items-center gap-2 rounded-md">
            <Mark />
            <span className="text-base font-semibold tracking-tight">Hoster</span>
          </Link>
          <nav aria-label="Main" className="order-last -mx-2 flex w-full gap-1 sm:order-none sm:mx-0 sm:w-auto">
            {WAYS.map(({ to, label, isExact }) => (
              <Link
                key={to}
                to={to}
                activeOptions={{ exact: isExact, includeSearch: false }}
                className="text-muted hover:text-text aria-[current=page]:text-text aria-[current=page]:border-accent flex h-10 items-center border-b-2 border-transparent px-2 text-sm font-medium transition-colors duration-150 sm:h-14"
              >
                {label}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-2">
            <ThemeButton />
            {isSignedIn ? <AccountMenu /> : <Entrances />}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="mx-auto max-w-[1200px] px-4 pt-6 pb-24 outline-none">
        <Outlet />
      </main>
      <Toasts />
    </>
  );
}

function Entrances() {
  return (
    <>
      <LinkButton to={paths.signIn} look="ghost">
        Sign in
      </LinkButton>
      <LinkButton to={paths.signUp} look="primary">
        Sign up
      </LinkButton>
    </>
  );
}
