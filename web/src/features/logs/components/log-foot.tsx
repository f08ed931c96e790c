/** How much of a log was read, whether it goes on, and the way to what came before. */

import { Button } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/api/errors";
import { MOST_LINES, type Book } from "../lines";

interface LogFootProps {
  book: Book | undefined;
  shown: number;
  isFollowing: boolean;
  isRunning: boolean;
  isReading: boolean;
  error: Error | null;
  onEarlier: (until: string) => void;
}

export function LogFoot({ book, shown, isFollowing, isRunning, isReading, error, onEarlier }: LogFootProps) {
  if (!book) return <div className="border-line min-h-10 border-t" />;
  const { lines } = book;
  const [first] = lines;
  const isFull = lines.length >= MOST_LINES;
  return (
    <div className="border-line text-muted flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-t px-3 py-1 text-xs">
      <span role="status">
        {!isRunning
          ? "The app does not run: nothing comes."
          : isFollowing
            ? "Following: new lines appear below."
            : "Paused. Follow goes on where it stopped."}
      </span>
      <span className="tnum">
        {shown === lines.length
          ? `${lines.length.toLocaleString("en-US")} lines`
          : `${shown.toLocaleString("en-US")} of ${lines.length.toLocaleString("en-US")} lines`}
        {first && (
          <>
            , the first from <Time at={first.timestamp} />
          </>
        )}
      </span>
      <span className="ml-auto flex items-center gap-2">
        {error && <span className="text-fail">{reason(error)}</span>}
        {first && (
          <Button
            look="ghost"
            size="sm"
            isBusy={isReading}
            disabled={book.isWhole || isFull}
            onClick={() => onEarlier(first.timestamp)}
          >
            {book.isWhole ? "This is the beginning" : isFull ? "Download it to read more" : "Read earlier lines"}
          </Button>
        )}
      </span>
    </div>
  );
}
