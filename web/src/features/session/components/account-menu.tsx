/** Who is signed in, the pages about that, and the way out. */

import { Link } from "@tanstack/react-router";
import { Coins, Gauge, Keyboard, LogOut, Settings } from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { paths } from "@/config/paths";
import { words } from "@/lib/format";
import { useMe } from "../api/get-me";
import { signOut } from "../api/sign-out";
import { AVATAR, Initial } from "./initial";

export default function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const me = useMe();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger aria-label="Account menu" className={AVATAR}>
        <Initial me={me} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-60">
        <div className="px-2 py-1.5">
          <p className="truncate text-sm font-medium">{me?.email ?? "Signed in"}</p>
          {me?.plan_id && <p className="text-muted text-xs">{words(me.plan_id)} plan</p>}
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link to={paths.settings}>
            <Settings aria-hidden />
            Settings
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link to={paths.plans}>
            <Gauge aria-hidden />
            Plans
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link to={paths.earnings}>
            <Coins aria-hidden />
            Earnings
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={onHelp}>
          <Keyboard aria-hidden />
          Keyboard shortcuts
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={signOut}>
          <LogOut aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
