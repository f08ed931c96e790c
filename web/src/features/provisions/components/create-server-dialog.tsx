/** Has a server made: with which account, where, how large, under which name. */

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { useWasTyped } from "@/lib/forms/use-typed";
import { credentialsQuery, type Credential } from "../../credentials/api/list-credentials";
import { ADD_CREDENTIAL, AddCredentialDialog } from "../../credentials/components/add-credential-dialog";
import { regionsQuery, sizesQuery } from "../api/list-choices";
import { ServerForm } from "./server-form";

interface CreateServerProps {
  isOpen: boolean;
  onClose: () => void;
}

export function CreateServerDialog({ isOpen, onClose }: CreateServerProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Create a server"
      description="It is made in your own account at the provider, who bills it."
      isWide
    >
      <WithCredential onClose={onClose} />
    </Dialog>
  );
}

function WithCredential({ onClose }: { onClose: () => void }) {
  const { data: credentials, error, refetch } = useQuery(credentialsQuery);
  const [picked, setPicked] = useState<string>();
  const [isAdding, setAdding] = useState(useWasTyped(ADD_CREDENTIAL));
  if (!credentials) {
    return <DialogBody>{error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Waiting />}</DialogBody>;
  }
  const chosen = credentials.find(({ id }) => id === picked) ?? credentials[0];
  if (!chosen) {
    return (
      <DialogBody>
        <EmptyState sentence="Hoster needs an account at a cloud provider to make servers in.">
          <Button look="primary" onClick={() => setAdding(true)}>
            Add a cloud credential
          </Button>
        </EmptyState>
        <AddCredentialDialog isOpen={isAdding} onClose={() => setAdding(false)} />
      </DialogBody>
    );
  }
  return (
    <WithChoices key={chosen.id} credential={chosen} onClose={onClose}>
      <Field label="Cloud credential">
        {(wiring) => (
          <Select {...wiring} value={chosen.id} onChange={(event) => setPicked(event.target.value)}>
            {credentials.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </WithChoices>
  );
}

interface WithChoicesProps {
  credential: Credential;
  onClose: () => void;
  children: ReactNode;
}

/** Asks the provider what it offers before it asks the person. */
function WithChoices({ credential, onClose, children }: WithChoicesProps) {
  const regions = useQuery(regionsQuery(credential.id));
  const sizes = useQuery(sizesQuery(credential.id));
  const failed = [regions, sizes].find(({ isLoadingError }) => isLoadingError);
  if (!regions.data || !sizes.data) {
    return (
      <DialogBody>
        <div className="mb-4">{children}</div>
        {failed ? <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} /> : <Waiting />}
      </DialogBody>
    );
  }
  return (
    <ServerForm credential={credential} regions={regions.data} sizes={sizes.data} onClose={onClose}>
      {children}
    </ServerForm>
  );
}

function Waiting() {
  return <Skeleton label="Asking the provider what it offers" />;
}
