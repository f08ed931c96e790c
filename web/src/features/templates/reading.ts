/** Reads what somebody chose to import, in the browser: files, folders, zip archives, an address. */

import { unzipSync, type UnzipFileInfo } from "fflate";

/** What the API takes of one text, and of all of them. */
const MOST_BYTES = 256 * 1024;
const MOST_TOGETHER = 900 * 1024;
const MOST_FILES = 500;
/** Of an archive that is opened in the page. */
const LARGEST_ARCHIVE = 20 * 1024 * 1024;

export interface Chosen {
  /** Texts by their paths. */
  files: Record<string, string>;
  /** What was left out, with the reason. */
  left: string[];
}

export const NOTHING: Chosen = { files: {}, left: [] };

/** A file with its path within what was chosen. */
export interface Entry {
  path: string;
  file: File;
}

/** What a file input gives: a folder's files know their paths. */
export function entriesOf(files: Iterable<File>): Entry[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What was dropped, folders with all that is in them. */
export async function droppedEntries(items: DataTransferItemList): Promise<Entry[]> {
  // The list is empty once the event is over: everything is taken from it at first.
  const roots = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(
    roots.map(({ entry, file }) =>
      entry ? within(entry) : Promise.resolve(file ? [{ path: file.name, file }] : []),
    ),
  );
  return found.flat();
}

async function within(entry: FileSystemEntry): Promise<Entry[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // A reader tells a part at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(within))).flat();
}

/** Reads the texts, and what zip archives hold; what is no text or too much is left out. */
export async function readEntries(entries: Entry[]): Promise<Chosen> {
  const texts: [string, Uint8Array][] = [];
  const left: string[] = [];
  for (const { path, file } of entries) {
    if (path.toLowerCase().endsWith(".zip")) texts.push(...(await unpacked(path, file, left)));
    else if (file.size > MOST_BYTES) left.push(`${path} is larger than 256 KB.`);
    else texts.push([path, new Uint8Array(await file.arrayBuffer())]);
  }
  return gather(texts, left);
}

async function unpacked(path: string, file: File, left: string[]): Promise<[string, Uint8Array][]> {
  const filter = ({ name, originalSize }: UnzipFileInfo) => {
    if (name.endsWith("/")) return false;
    if (originalSize > MOST_BYTES) left.push(`${name} is larger than 256 KB.`);
    return originalSize <= MOST_BYTES;
  };
  if (file.size > LARGEST_ARCHIVE) {
    left.push(`${path} is larger than 20 MB.`);
    return [];
  }
  try {
    // In the page itself: its policy lets no worker be made.
    return Object.entries(unzipSync(new Uint8Array(await file.arrayBuffer()), { filter }));
  } catch {
    left.push(`${path} cannot be read as a zip archive.`);
    return [];
  }
}

function gather(found: [string, Uint8Array][], left: string[]): Chosen {
  const files: Record<string, string> = {};
  let together = 0;
  let others = 0;
  for (const [path, bytes] of found) {
    const text = textOf(bytes);
    if (text === null) others += 1;
    else if (Object.keys(files).length >= MOST_FILES || together + bytes.length > MOST_TOGETHER) {
      left.push(`${path} is beyond what fits into one import: 500 files and 900 KB.`);
    } else {
      files[path.replaceAll("\\", "/").replace(/^\/+/, "")] = text;
      together += bytes.length;
    }
  }
  if (others > 0) left.push(`${others === 1 ? "1 file is" : `${others} files are`} no text, such as images.`);
  return { files, left };
}

/** Null for what is no UTF-8 text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

/** Fetches an address as this browser, never as a server of Hoster's, and without its cookies. */
export async function readAddress(address: string): Promise<Chosen> {
  const url = new URL(address);
  const response = await fetch(url.href, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
  const name = url.pathname.split("/").filter(Boolean).at(-1) ?? "docker-compose.yml";
  return readEntries([{ path: decodeURIComponent(name), file: new File([await response.blob()], name) }]);
}
