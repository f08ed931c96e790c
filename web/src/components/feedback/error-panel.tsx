/** Stands where a page or a part of it could not be loaded. */

import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { ApiError, reason } from "@/lib/api/errors";
import { useSignedIn } from "@/lib/auth/session";
import { Button, LinkButton } from "../ui/button";

export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div role="alert" className="border-line flex flex-col items-center gap-4 rounded-md border px-6 py-12 text-center">
      <p className="max-w-[52ch] text-sm">{reason(error)}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}

/** For a whole route: a thing that is not there, or a page that did not load. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const { reset: resetQueries } = useQueryErrorResetBoundary();
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const retry = () => {
    resetQueries();
    reset();
    void router.invalidate();
  };
  return <ErrorPanel error={error} onRetry={retry} />;
}

export function NotFound() {
  const isSignedIn = useSignedIn();
  return (
    <div className="flex flex-col items-center gap-4 py-24 text-center">
      <title>Nothing here · Hoster</title>
      <h1 className="text-lg">There is nothing here</h1>
      <p className="text-muted max-w-[44ch] text-sm">
        The address is wrong, or what was here has been deleted or belongs to another account.
      </p>
      <div className="flex flex-wrap justify-center gap-3">
        {isSignedIn && (
          <LinkButton to={paths.home} look="primary">
            Go home
          </LinkButton>
        )}
        <LinkButton to={paths.catalogue}>Go to the catalogue</LinkButton>
      </div>
    </div>
  );
}
