/** The command palette: pages, one's own apps and servers, templates as they are typed, things to do. */

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Box, LayoutGrid, Server } from "lucide-react";
import { useState } from "react";
import { AppStatus } from "@/components/feedback/app-status";
import { Status } from "@/components/feedback/status";
import { CommandDialog, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { paths } from "@/config/paths";
import { deploymentsQuery } from "@/features/deployments/api/list-deployments";
import { nodesQuery } from "@/features/nodes/api/list-nodes";
import { foundQuery } from "@/features/templates/api/find-templates";
import { useSignedIn } from "@/lib/auth/session";
import { price } from "@/lib/format";
import { useSettled } from "@/lib/use-settled";
import { actionsFor } from "./actions";
import { placesFor } from "./places";

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

/** Milliseconds without a key until templates are asked for. */
const PAUSE = 150;

export default function Palette({ onClose, onHelp }: PaletteProps) {
  const isSignedIn = useSignedIn();
  const router = useRouter();
  const [text, setText] = useState("");
  const run = (act: () => unknown) => {
    onClose();
    act();
  };
  return (
    <CommandDialog title="Search and go to" onClose={onClose}>
      <CommandInput placeholder="A page, an app, a server, something to do" value={text} onValueChange={setText} />
      <CommandList label="What was found">
        <CommandEmpty>Nothing fits these words.</CommandEmpty>
        {isSignedIn && <Own onRun={run} />}
        <CommandGroup heading="Pages">
          {placesFor(isSignedIn).map(({ to, label, icon, key }) => (
            <CommandItem
              key={to}
              value={`page ${label}`}
              icon={icon}
              aside={key && <Hint keys={`G ${key.toUpperCase()}`} />}
              onSelect={() => run(() => router.navigate({ to }))}
            >
              {label}
            </CommandItem>
          ))}
        </CommandGroup>
        <CommandGroup heading="To do">
          {actionsFor({ isSignedIn, router, onHelp }).map(({ label, keywords, icon, act }) => (
            <CommandItem key={label} value={label} keywords={keywords} icon={icon} onSelect={() => run(act)}>
              {label}
            </CommandItem>
          ))}
        </CommandGroup>
        <Templates text={text} onRun={run} />
      </CommandList>
    </CommandDialog>
  );
}

function Hint({ keys }: { keys: string }) {
  return (
    <kbd aria-hidden className="text-muted font-mono text-xs">
      {keys}
    </kbd>
  );
}

interface PartProps {
  onRun: (act: () => unknown) => void;
}

/** The apps and servers of whoever is signed in. */
function Own({ onRun }: PartProps) {
  const router = useRouter();
  const { data: apps = [] } = useQuery(deploymentsQuery);
  const { data: servers = [] } = useQuery(nodesQuery);
  return (
    <>
      {apps.length > 0 && (
        <CommandGroup heading="Apps">
          {apps.map(({ id, name, status }) => (
            <CommandItem
              key={id}
              value={`app ${name} ${id}`}
              icon={Box}
              aside={<AppStatus status={status} />}
              onSelect={() => onRun(() => router.navigate({ to: paths.deployment, params: { id } }))}
            >
              {name}
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      {servers.length > 0 && (
        <CommandGroup heading="Servers">
          {servers.map(({ id, name, status }) => (
            <CommandItem
              key={id}
              value={`server ${name} ${id}`}
              icon={Server}
              aside={<Status state={status} />}
              onSelect={() => onRun(() => router.navigate({ to: paths.node, params: { id } }))}
            >
              {name}
            </CommandItem>
          ))}
        </CommandGroup>
      )}
    </>
  );
}

/** What the catalogue has for the words that were typed. */
function Templates({ text, onRun }: PartProps & { text: string }) {
  const router = useRouter();
  const words = useSettled(text.trim(), PAUSE);
  const { data: found = [] } = useQuery(foundQuery(words));
  if (words === "" || found.length === 0) return null;
  return (
    <CommandGroup heading="Catalogue">
      {found.map(({ id, name, price_monthly_cents: cents }) => (
        <CommandItem
          key={id}
          value={`template ${name} ${id}`}
          icon={LayoutGrid}
          keywords={[text]}
          aside={<span className="text-muted tnum text-xs">{price(cents)}</span>}
          onSelect={() => onRun(() => router.navigate({ to: paths.template, params: { id } }))}
        >
          {name}
        </CommandItem>
      ))}
    </CommandGroup>
  );
}
