/** The keys of this account: to clouds, in which servers are made, and to servers. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { KeyList } from "@/components/resource/key-list";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { AddCredentialDialog } from "@/features/credentials/components/add-credential-dialog";
import { CredentialList } from "@/features/credentials/components/credential-list";
import { useDeleteSSHKey } from "@/features/ssh-keys/api/delete-ssh-key";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { AddSSHKeyDialog } from "@/features/ssh-keys/components/add-ssh-key-dialog";

export function Credentials() {
  return (
    <>
      <PageHead title="Keys" text="What Hoster may use in your name. Everything here is encrypted and never shown." />
      <div className="grid items-start gap-6 lg:grid-cols-[2fr_1fr]">
        <CloudCredentials />
        <SSHKeys />
      </div>
    </>
  );
}

function CloudCredentials() {
  const { data } = useSuspenseQuery(credentialsQuery);
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      title="Cloud credentials"
      aside={
        <Button size="sm" onClick={() => setAdding(true)}>
          Add a cloud credential
        </Button>
      }
    >
      <CredentialList credentials={data} />
      <AddCredentialDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Card>
  );
}

function SSHKeys() {
  const { data } = useSuspenseQuery(sshKeysQuery);
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      title="SSH keys"
      aside={
        <Button size="sm" onClick={() => setAdding(true)}>
          Add an SSH key
        </Button>
      }
    >
      <KeyList
        items={data.map(({ id, name, fingerprint, created_at }) => ({
          id,
          name,
          created_at,
          about: fingerprint,
        }))}
        empty="With an SSH key, Hoster logs in to machines that you bring. Servers that it makes get keys of their own."
        lost="Hoster forgets the private key and can no longer log in with it."
        removal={useDeleteSSHKey()}
      />
      <AddSSHKeyDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Card>
  );
}
