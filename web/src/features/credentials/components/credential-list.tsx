/** The accounts at providers, each with what can be done with it and what was found in it. */

import { lazy } from "react";
import { CheckedItem } from "@/components/resource/checked-item";
import { useCheckCredential } from "../api/check-credential";
import { useDeleteCredential } from "../api/delete-credential";
import type { Credential } from "../api/list-credentials";
import { providerName } from "../providers";
import { SweepReport } from "./sweep-report";

const ReplaceTokenDialog = lazy(() => import("./replace-token-dialog").then((loaded) => ({ default: loaded.ReplaceTokenDialog })));

export function CredentialList({ credentials }: { credentials: Credential[] }) {
  if (credentials.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        With a credential of a cloud provider, Hoster makes servers for you.
      </p>
    );
  }
  return (
    <ul className="divide-line divide-y">
      {credentials.map((credential) => (
        <li key={credential.id} className="px-4 py-3">
          <Item credential={credential} />
        </li>
      ))}
    </ul>
  );
}

function Item({ credential }: { credential: Credential }) {
  const { id, name, provider } = credential;
  const at = providerName(provider);
  return (
    <CheckedItem
      item={credential}
      about={at}
      part="token"
      check={useCheckCredential(id)}
      accepted={`${at} accepts the token of ${name}.`}
      refused={`${at} refused this token. Servers made with it run on; Hoster can neither make nor destroy any until the token is replaced.`}
      replacing={(close) => <ReplaceTokenDialog credential={credential} isOpen onClose={close} />}
      removal={useDeleteCredential()}
      lost="Hoster forgets the token and can no longer make or destroy servers with it, nor look for forgotten ones. The token itself stays valid at the provider."
    >
      <SweepReport credential={credential} />
    </CheckedItem>
  );
}
