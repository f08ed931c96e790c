/** Asks in which account a server shall be made, and what its provider offers, before the rest. */

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { ErrorPanel } from "@/components/feedback/error-panel";
import { Button } from "@/components/ui/button";
import { DialogBody } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { useWasTyped } from "@/lib/forms/use-typed";
import { credentialsQuery, type Credential } from "../../credentials/api/list-credentials";
import { ADD_CREDENTIAL, AddCredentialDialog } from "../../credentials/components/add-credential-dialog";
import { regionsQuery, sizesQuery, type Region, type Size } from "../api/list-choices";

export interface Offered {
  credential: Credential;
  regions: Region[];
  sizes: Size[];
  /** The choice of the credential, to stand before the other fields. */
  choice: ReactNode;
}

export function WithChoices({ children }: { children: (offered: Offered) => ReactNode }) {
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
  const choice = (
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
  );
  return (
    <OfOne key={chosen.id} credential={chosen} choice={choice}>
      {children}
    </OfOne>
  );
}

interface OfOneProps {
  credential: Credential;
  choice: ReactNode;
  children: (offered: Offered) => ReactNode;
}

/** Asks the provider what it offers before it asks the person. */
function OfOne({ credential, choice, children }: OfOneProps) {
  const regions = useQuery(regionsQuery(credential.id));
  const sizes = useQuery(sizesQuery(credential.id));
  const failed = [regions, sizes].find(({ isLoadingError }) => isLoadingError);
  if (!regions.data || !sizes.data) {
    return (
      <DialogBody>
        <div className="mb-4">{choice}</div>
        {failed ? <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} /> : <Waiting />}
      </DialogBody>
    );
  }
  return <>{children({ credential, regions: regions.data, sizes: sizes.data, choice })}</>;
}

function Waiting() {
  return <Skeleton label="Asking the provider what it offers" />;
}
