/** Who is signed in, and the way out. */

import { LogOut } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useMe } from "../api/get-me";
import { signOut } from "../api/sign-out";

export function AccountMenu() {
  const me = useMe();
  return (
    <div className="flex min-w-0 items-center gap-2">
      <span className="text-muted hidden w-[220px] truncate text-right text-sm md:block">{me?.email}</span>
      <Button look="ghost" onClick={signOut}>
        <LogOut aria-hidden />
        Sign out
      </Button>
    </div>
  );
}
