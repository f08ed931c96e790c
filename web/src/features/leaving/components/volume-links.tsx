/** The data of volumes that belongs beside an export: a link to each file, and where it is saved. */

import { size } from "@/lib/format";
import type { ExportDownloadAttributes } from "@/lib/api/types";

const MEGABYTE = 1024 * 1024;

export function VolumeLinks({ volumes }: { volumes: ExportDownloadAttributes["volumes"] }) {
  return (
    <div className="grid basis-full gap-1 text-xs">
      <p className="text-muted">
        Save the data of each volume under its path, where the archive is unpacked. The links work for an hour.
      </p>
      <ul aria-label="Data of volumes" className="grid gap-1">
        {volumes.map(({ file, url, bytes }) => (
          <li key={file} className="flex flex-wrap gap-x-3">
            {url ? (
              <a href={url} className="text-accent font-mono break-all underline">
                {file}
              </a>
            ) : (
              <span className="font-mono break-all">{file}</span>
            )}
            <span className="text-muted tnum">{url ? size(Math.max(bytes / MEGABYTE, 1)) : "Its backup was deleted"}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
