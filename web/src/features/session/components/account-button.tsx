/** The account's menu, which is fetched once the page stands; until then its sign holds the place. */

import { lazy, Suspense } from "react";
import { useMe } from "../api/get-me";
import { AVATAR, Initial } from "./initial";

const AccountMenu = lazy(() => import("./account-menu"));

export function AccountButton({ onHelp }: { onHelp: () => void }) {
  const me = useMe();
  const sign = (
    <span className={AVATAR}>
      <Initial me={me} />
    </span>
  );
  return (
    <Suspense fallback={sign}>
      <AccountMenu onHelp={onHelp} />
    </Suspense>
  );
}
