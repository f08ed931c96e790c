/** Takes what is to be imported: pasted, dropped, chosen, or fetched from an address. */

import { FolderOpen, Upload } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { useWatch } from "react-hook-form";
import { Notice } from "@/components/feedback/notice";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Input, Select, Textarea } from "@/components/ui/field";
import { cn } from "@/lib/cn";
import { useTypedForm } from "@/lib/forms/use-typed-form";
import { useDrop } from "../../hooks/use-drop";
import { droppedEntries, entriesOf, NOTHING, readAddress, readEntries, type Chosen } from "../../reading";

const FORMATS = {
  auto: "Find out by itself",
  compose: "Docker Compose",
  coolify: "Coolify",
  caprover: "CapRover",
  dokploy: "Dokploy",
  portainer: "Portainer",
  umbrel: "Umbrel",
  casaos: "CasaOS",
  runtipi: "Runtipi",
} as const;

/** What a pasted text is called: every format is told by its content too. */
const PASTED = "docker-compose.yml";
const UNFETCHED = "The address could not be fetched by your browser: many hosts allow it only for raw files. Download it and choose the file.";

interface SourcePickerProps {
  isBusy: boolean;
  error: string | null;
  onImport: (given: { format: string; files: Record<string, string> }) => void;
}

const EMPTY = { text: "", address: "", format: "auto" };

export function SourcePicker({ isBusy, error, onImport }: SourcePickerProps) {
  const { register, control } = useTypedForm({ name: "import", defaultValues: EMPTY });
  const [text, address, format] = useWatch({ control, name: ["text", "address", "format"] });
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isReading, setReading] = useState(false);
  const files = text.trim() === "" ? chosen.files : { ...chosen.files, [nameFor(text)]: text };
  const paths = Object.keys(chosen.files);

  const take = async (read: Promise<Chosen>) => {
    setReading(true);
    setTrouble(null);
    try {
      setChosen(await read);
    } catch {
      setTrouble(UNFETCHED);
    } finally {
      setReading(false);
    }
  };
  const { ref, isOver } = useDrop((items) => void take(droppedEntries(items).then(readEntries)));

  return (
    <form
      noValidate
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(files).length > 0) onImport({ format, files });
      }}
    >
      <Card title="What to import">
        <div className="grid gap-4 p-4">
          <div
            ref={ref}
            className={cn(
              "border-line-strong flex flex-col items-center gap-3 rounded-md border border-dashed px-4 py-8 text-center transition-colors duration-150",
              isOver && "border-accent bg-accent-soft",
            )}
          >
            <p className="text-muted max-w-[56ch] text-sm">
              Drop files, a folder or a zip archive here. They are read in this browser; only texts are sent.
            </p>
            <div className="flex flex-wrap justify-center gap-2">
              <FileButton label="Choose files" icon={<Upload aria-hidden />} onChoose={(some) => void take(readEntries(entriesOf(some)))} />
              <FileButton
                label="Choose a folder"
                icon={<FolderOpen aria-hidden />}
                isFolder
                onChoose={(some) => void take(readEntries(entriesOf(some)))}
              />
            </div>
            <p role="status" className="text-sm">
              {isReading ? "Reading" : paths.length > 0 && told(paths)}
            </p>
          </div>
          {chosen.left.length > 0 && (
            <Notice tone="warn">
              <ul className="grid gap-1">
                {chosen.left.slice(0, 10).map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
              {chosen.left.length > 10 && <p>And {chosen.left.length - 10} more.</p>}
            </Notice>
          )}
          <Field label="Or paste a text" hint="A compose file, or a template of one of the platforms below.">
            {(wiring) => (
              <Textarea
                {...wiring}
                {...register("text")}
                rows={8}
                spellCheck={false}
                placeholder={"services:\n  web:\n    image: …"}
              />
            )}
          </Field>
          <Field label="Or an address" hint="Fetched by your browser, not by Hoster." error={trouble ?? undefined}>
            {(wiring) => (
              <div className="flex gap-2">
                <Input
                  {...wiring}
                  {...register("address")}
                  type="url"
                  inputMode="url"
                  autoComplete="off"
                  spellCheck={false}
                  placeholder="https://"
                  className="min-w-0 flex-1 font-mono"
                />
                <Button disabled={!URL.canParse(address)} isBusy={isReading} onClick={() => void take(readAddress(address))}>
                  Fetch
                </Button>
              </div>
            )}
          </Field>
          <Field label="Format">
            {(wiring) => (
              <Select {...wiring} className="sm:max-w-72" {...register("format")}>
                {Object.entries(FORMATS).map(([id, name]) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {error && <Notice tone="fail">{error}</Notice>}
        </div>
        <footer className="border-line flex justify-end border-t px-4 py-3">
          <Button type="submit" look="primary" isBusy={isBusy} disabled={Object.keys(files).length === 0}>
            Convert
          </Button>
        </footer>
      </Card>
    </form>
  );
}

interface FileButtonProps {
  label: string;
  icon: ReactNode;
  isFolder?: boolean;
  onChoose: (files: File[]) => void;
}

function FileButton({ label, icon, isFolder = false, onChoose }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        {icon}
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(isFolder && { webkitdirectory: "" })}
        onChange={({ target }) => {
          onChoose([...(target.files ?? [])]);
          // The same files can be chosen again.
          target.value = "";
        }}
      />
    </>
  );
}

function told(paths: string[]): string {
  const some = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${paths.length} files: ${some} and others` : some;
}

/** JSON and TOML are told apart from YAML by how they begin. */
function nameFor(text: string): string {
  const beginning = text.trimStart();
  if (beginning.startsWith("{")) return "config.json";
  return /^\[(variables|config|metadata)/m.test(beginning) ? "template.toml" : PASTED;
}
