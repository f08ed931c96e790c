/** Why work failed: the cause in a sentence, and the last lines of what failed as it wrote them. */

import type { ReactNode } from "react";

/** What stands between a cause and the lines that it quotes. */
const QUOTING = / Its last lines?: /;

interface CauseProps {
  text: string;
  /** Shown where the cause quotes no lines itself. */
  evidence?: ReactNode;
}

export function Cause({ text, evidence }: CauseProps) {
  const [saying = "", quoted] = text.split(QUOTING, 2);
  return (
    <>
      <p className="text-sm break-words whitespace-pre-line">{saying}</p>
      {quoted ? (
        <figure className="mt-3 min-w-0">
          <figcaption className="text-muted mb-1 text-xs">Last lines</figcaption>
          <pre className="border-line bg-sunken rounded-md border px-3 py-2 font-mono text-xs break-all whitespace-pre-wrap">
            {quoted}
          </pre>
        </figure>
      ) : (
        evidence && <div className="mt-3">{evidence}</div>
      )}
    </>
  );
}
