/** What the key of a bucket has to be allowed: how it is made, and the policy to copy. */

import { CopyButton } from "@/components/ui/copy-button";
import { policyFor } from "../policy";
import { knowsPolicies, storeOf, type StoreId } from "../stores";

interface KeyRightsProps {
  store: StoreId;
  bucket: string;
  prefix: string;
}

export function KeyRights({ store, bucket, prefix }: KeyRightsProps) {
  const policy = policyFor(bucket, prefix);
  return (
    <section aria-label="What the key may do" className="bg-rest-soft grid grid-cols-1 gap-2 rounded-md px-3 py-2 text-xs">
      <p>{storeOf(store).key}</p>
      {knowsPolicies(store) && (
        <details>
          <summary className="font-medium">The policy</summary>
          <div className="mt-1 flex items-start gap-1">
            {/* What scrolls can be scrolled by the keyboard too. */}
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <div role="region" aria-label="The policy" tabIndex={0} className="min-w-0 flex-1 overflow-x-auto">
              <pre className="font-mono">{policy}</pre>
            </div>
            <CopyButton text={policy} label="Copy the policy" />
          </div>
        </details>
      )}
    </section>
  );
}
