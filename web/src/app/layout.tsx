/** The frame of every page: the mark, the ways through the app, the account, and what opens over it. */

import { Link, Outlet } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import { Toasts } from "@/components/feedback/toasts";
import { Mark } from "@/components/layout/mark";
import { ThemeButton } from "@/components/layout/theme-button";
import { Button, LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { AccountButton } from "@/features/session/components/account-button";
import { useSignedIn } from "@/lib/auth/session";
import { ClosingNotice } from "./frame/closing-notice";
import { MainNav } from "./frame/main-nav";
import { OfflineNotice } from "./frame/offline-notice";
import { PageAnnouncer } from "./frame/page-announcer";
import { TabSign } from "./frame/tab-sign";
import { useShortcuts } from "./frame/use-shortcuts";
import { OPEN_WAYS, WAYS } from "./frame/ways";

const fetchPalette = () => import("./palette/palette");
const Palette = lazy(fetchPalette);
const HelpDialog = lazy(() => import("./frame/help-dialog"));
const NarrowMenu = lazy(() => import("./frame/narrow-menu"));

type Over = "palette" | "help" | "menu";

export function Layout() {
  const isSignedIn = useSignedIn();
  const ways = isSignedIn ? WAYS : OPEN_WAYS;
  const [over, setOver] = useState<Over | null>(null);
  const close = useCallback(() => setOver(null), []);
  const openHelp = useCallback(() => setOver("help"), []);
  const openPalette = useCallback(() => setOver((now) => (now === "palette" ? null : "palette")), []);
  useShortcuts({ openPalette, openHelp });
  return (
    <>
      <a
        href="#content"
        className="bg-raised border-line sr-only z-50 rounded-md border px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="border-line bg-surface border-b">
        <div className="mx-auto flex h-14 max-w-[1200px] items-center gap-x-6 px-4">
          <Link
            to={isSignedIn ? paths.home : paths.landing}
            activeOptions={{ exact: true }}
            aria-label="Hoster, to the first page"
            className="flex h-14 items-center gap-2 rounded-md"
          >
            <Mark />
            <span className="text-base font-semibold tracking-tight">Hoster</span>
          </Link>
          <MainNav ways={ways} />
          <div className="ml-auto flex items-center gap-2">
            <SearchButton onClick={openPalette} />
            <ThemeButton className="max-sm:hidden" />
            {isSignedIn ? <AccountButton onHelp={openHelp} /> : <Entrances />}
            <Button
              look="ghost"
              size="icon"
              aria-label="Menu"
              aria-haspopup="dialog"
              className="lg:hidden"
              onClick={() => setOver("menu")}
            >
              <Menu aria-hidden />
            </Button>
          </div>
        </div>
      </header>
      {isSignedIn && <ClosingNotice />}
      <main id="content" tabIndex={-1} className="mx-auto max-w-[1200px] px-4 pt-6 pb-24 outline-none">
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {over === "palette" && <Palette onClose={close} onHelp={openHelp} />}
        {over === "help" && <HelpDialog onClose={close} />}
        {over === "menu" && <NarrowMenu ways={ways} isSignedIn={isSignedIn} onClose={close} />}
      </Suspense>
      <PageAnnouncer />
      {isSignedIn && <TabSign />}
      <OfflineNotice />
      <Toasts />
    </>
  );
}

/** Opens the palette; what it takes is fetched when somebody is about to. */
function SearchButton({ onClick }: { onClick: () => void }) {
  const prepare = () => void fetchPalette();
  return (
    <Button
      aria-keyshortcuts="Meta+K Control+K"
      aria-haspopup="dialog"
      className="text-muted px-0 max-lg:w-9 max-lg:border-transparent lg:px-3"
      onClick={onClick}
      onPointerEnter={prepare}
      onFocus={prepare}
    >
      <Search aria-hidden />
      <span className="max-lg:sr-only">
        Search<span className="sr-only"> and go to</span>
      </span>
      <kbd aria-hidden className="hidden font-mono text-xs lg:inline">
        ⌘K
      </kbd>
    </Button>
  );
}

function Entrances() {
  return (
    <>
      <LinkButton to={paths.signIn} look="ghost">
        Sign in
      </LinkButton>
      <LinkButton to={paths.signUp} look="primary" className="max-sm:hidden">
        Sign up
      </LinkButton>
    </>
  );
}
