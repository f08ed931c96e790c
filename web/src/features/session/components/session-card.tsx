/** The session of this browser: until when it goes, and how to end it. */

import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/button";
import { useSession } from "@/lib/auth/session";
import { exact } from "@/lib/format";
import { signOut } from "../api/sign-out";
import { endOf } from "@/lib/auth/token";

export function SessionCard() {
  const { token } = useSession();
  const end = token === null ? null : endOf(token);
  return (
    <Card title="This session">
      <div className="space-y-3 p-4 text-sm">
        <p>
          This browser keeps you signed in{end && ` until ${exact(end)}`}. After that you are asked to sign in again
          and led back to where you were.
        </p>
        <p className="text-muted">
          Signing out forgets the session here and in this browser&apos;s other tabs. Sessions in other browsers end by
          themselves, seven days after they began.
        </p>
        <Button onClick={signOut}>Sign out</Button>
      </div>
    </Card>
  );
}
