/** The key that a server proves itself with: its fingerprint, and how to compare it. */

import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CopyButton } from "@/components/ui/copy-button";
import { cn } from "@/lib/cn";
import { useAcceptHostKey } from "../api/accept-host-key";
import type { Node } from "../api/list-nodes";

/** A server that Hoster made has a key of Hoster's making beside those that it came with. */
function commandOf({ provision_id: provision }: Node): string {
  return `ssh-keygen -lf /etc/ssh/${provision ? "hoster" : "ssh"}_host_ed25519_key.pub`;
}

export function HostKey({ node, fingerprint }: { node: Node; fingerprint: string }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Fingerprint text={fingerprint} label={`Copy the host key's fingerprint of ${node.name}`} />
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="text-muted hover:text-text inline-flex min-h-7 items-center gap-1 rounded-md text-left"
      >
        Compare it with the server&rsquo;s own
        <ChevronDown aria-hidden className={cn("size-4 transition-transform duration-150", isOpen && "rotate-180")} />
      </button>
      <span id={id} hidden={!isOpen} className="block pb-1">
        <HowToCompare node={node} />
      </span>
    </>
  );
}

/** Shown where the server answers with another key than the one that is pinned. */
export function ChangedHostKey({ node, offered }: { node: Node; offered: string }) {
  /** The key that is asked about: another one that is offered meanwhile is not what was compared. */
  const [asked, setAsked] = useState<string | null>(null);
  const { mutate, isPending } = useAcceptHostKey(node.id);
  return (
    <Notice tone="fail">
      <p className="font-medium">Another host key is shown. Hoster does not log in.</p>
      <p className="mt-1">
        The server was set up anew, or somebody stands between it and Hoster. Compare before you accept the new key.
      </p>
      <dl className="mt-2 text-xs">
        <dt className="text-muted">Known key</dt>
        <dd>
          {node.host_key_fingerprint ? (
            <Fingerprint text={node.host_key_fingerprint} label="Copy the known fingerprint" />
          ) : (
            "None"
          )}
        </dd>
        <dt className="text-muted mt-1">Key that it shows now</dt>
        <dd>
          <Fingerprint text={offered} label="Copy the new fingerprint" />
        </dd>
      </dl>
      <div className="mt-2 text-xs">
        <HowToCompare node={node} />
      </div>
      <Button size="sm" look="danger" className="mt-2" isBusy={isPending} onClick={() => setAsked(offered)}>
        Accept the new key
      </Button>
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={`Accept the new key of ${node.name}`}
        action="Accept the new key"
        keep="Keep the old key"
        isBusy={false}
        error={null}
        onConfirm={() => {
          setAsked(null);
          if (asked !== null) mutate(asked);
        }}
      >
        <p>
          Accept it only when you know why it changed and its fingerprint is the one that the server itself prints.
          Whoever holds this key is then trusted with the apps, their data and their secrets.
        </p>
        <p className="font-mono text-xs break-all">{asked}</p>
        <p>Hoster forgets the old key and checks the server at once. It accepts this key and no other.</p>
      </ConfirmDialog>
    </Notice>
  );
}

function HowToCompare({ node }: { node: Node }) {
  const command = commandOf(node);
  return (
    <>
      Run this on {node.name}, at its provider&rsquo;s console rather than over the network. It must print the same
      fingerprint.
      <span className="bg-sunken mt-1 flex items-center gap-1 rounded-md pl-2 font-mono">
        <code className="min-w-0 flex-1 py-1 break-all">{command}</code>
        <CopyButton text={command} label="Copy the command" />
      </span>
    </>
  );
}

function Fingerprint({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1 font-mono">
      <span className="min-w-0 break-all">{text}</span>
      <CopyButton text={text} label={label} />
    </span>
  );
}
