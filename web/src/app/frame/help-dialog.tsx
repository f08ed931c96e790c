/** What the keyboard can do. */

import { Dialog, DialogBody } from "@/components/ui/dialog";
import { WAYS } from "./ways";

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

const EVERYWHERE: readonly [string[], string][] = [
  [[MOD, "K"], "Find a page, an app, a server or something to do"],
  [["/"], "Search on this page"],
  [["?"], "Show this help"],
  [["Esc"], "Close what is open"],
  [["↑", "↓"], "Go through a list"],
  [["Enter"], "Open what is chosen"],
];

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog isOpen onClose={onClose} title="Keyboard shortcuts">
      <DialogBody>
        <Keys title="Everywhere" keys={EVERYWHERE} />
        <Keys title="Go to" keys={WAYS.map(({ key, label }) => [["G", key.toUpperCase()], label])} />
      </DialogBody>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly [string[], string][] }) {
  return (
    <section className="mb-4">
      <h3 className="text-muted mb-1 text-xs font-medium">{title}</h3>
      <dl className="divide-line divide-y">
        {keys.map(([pressed, meaning]) => (
          <div key={meaning} className="flex min-h-9 items-center justify-between gap-4 text-sm">
            <dt className="order-last flex gap-1">
              {pressed.map((key) => (
                <kbd key={key} className="border-line bg-sunken min-w-6 rounded-sm border px-1.5 text-center font-mono text-xs">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
