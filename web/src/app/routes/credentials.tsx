/** The keys of this account: to clouds, in which servers are made, and to servers. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AddCard } from "@/components/resource/add-card";
import { KeyList } from "@/components/resource/key-list";
import { credentialsQuery } from "@/features/credentials/api/list-credentials";
import { CredentialList } from "@/features/credentials/components/credential-list";
import { nodesQuery, type Node } from "@/features/nodes/api/list-nodes";
import { useDeleteSSHKey } from "@/features/ssh-keys/api/delete-ssh-key";
import { sshKeysQuery } from "@/features/ssh-keys/api/list-ssh-keys";
import { useWasTyped } from "@/lib/forms/use-typed";

const AddCredentialDialog = lazy(() => import("@/features/credentials/components/add-credential-dialog").then((loaded) => ({ default: loaded.AddCredentialDialog })));
const AddSSHKeyDialog = lazy(() => import("@/features/ssh-keys/components/add-ssh-key-dialog").then((loaded) => ({ default: loaded.AddSSHKeyDialog })));
const GenerateSSHKeyDialog = lazy(() => import("@/features/ssh-keys/components/generate-ssh-key-dialog").then((loaded) => ({ default: loaded.GenerateSSHKeyDialog })));

export function Credentials() {
  return (
    <>
      <PageHead title="Keys" text="What Hoster may use in your name. Everything here is encrypted and never shown." />
      <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
        <CloudCredentials />
        <SSHKeys />
      </div>
    </>
  );
}

function CloudCredentials() {
  const { data } = useSuspenseQuery(credentialsQuery);
  return (
    <AddCard
      title="Cloud credentials"
      action="Add a cloud credential"
      form="add-credential"
      dialog={(close) => <AddCredentialDialog isOpen onClose={close} />}
    >
      <CredentialList credentials={data} />
    </AddCard>
  );
}

function SSHKeys() {
  const { data } = useSuspenseQuery(sshKeysQuery);
  const { data: nodes = [] } = useQuery(nodesQuery);
  const wasAdding = useWasTyped("add-ssh-key");
  const wasGenerating = useWasTyped("generate-ssh-key");
  const [dialog, setDialog] = useState<"add" | "generate" | null>(wasAdding ? "add" : wasGenerating ? "generate" : null);
  const close = () => setDialog(null);
  return (
    <Card
      title="SSH keys"
      aside={
        <span className="flex flex-wrap justify-end gap-2">
          <Button size="sm" onClick={() => setDialog("generate")}>
            Generate
          </Button>
          <Button size="sm" onClick={() => setDialog("add")}>
            Add an SSH key
          </Button>
        </span>
      }
    >
      <KeyList
        items={data.map(({ id, name, fingerprint, created_at, public_key }) => ({
          id,
          name,
          created_at,
          public_key,
          about: fingerprint,
          use: usedBy(nodes.filter((node) => node.ssh_key_id === id)),
        }))}
        empty="With an SSH key, Hoster logs in to machines that you bring. Servers that it makes get keys of their own."
        lost="Hoster forgets the private key and can no longer log in with it."
        removal={useDeleteSSHKey()}
      />
      <Suspense fallback={null}>{dialog === "add" && <AddSSHKeyDialog isOpen onClose={close} />}</Suspense>
      <Suspense fallback={null}>{dialog === "generate" && <GenerateSSHKeyDialog isOpen onClose={close} />}</Suspense>
    </Card>
  );
}

function usedBy(nodes: Node[]): string {
  return nodes.length > 0 ? `Used by ${nodes.map(({ name }) => name).join(", ")}` : "Not in use";
}
