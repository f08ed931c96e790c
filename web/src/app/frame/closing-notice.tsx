/** Says on every page that the account is being closed, and until when it can be kept. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/feedback/notice";
import { paths } from "@/config/paths";
import { accountQuery } from "@/features/account/api/get-account";
import { exact } from "@/lib/format";

export function ClosingNotice() {
  const { data } = useQuery(accountQuery);
  if (!data?.closes_at) return null;
  return (
    <div className="mx-auto max-w-[1200px] px-4 pt-4">
      <Notice tone="warn">
        This account is being closed; everything in it is removed from {exact(data.closes_at)} on.{" "}
        <Link to={paths.leaving} className="text-accent underline">
          Keep my account
        </Link>
      </Notice>
    </div>
  );
}
