/** Says how the last session ended, and that signing in leads back. */

import { Notice } from "@/components/feedback/notice";
import { useSession, type Ending } from "@/lib/auth/session";

const WORDS: Record<Ending, string> = {
  left: "You are signed out.",
  expired: "Your session has ended.",
  elsewhere: "You were signed out in another tab.",
};

export function FormerSession({ from }: { from: string | undefined }) {
  const { ending } = useSession();
  if (ending === null) return null;
  return (
    <Notice tone="info" className="mb-4">
      {WORDS[ending]} {ending !== "left" && from && "Sign in, and you are back where you were."}
    </Notice>
  );
}
