/** Reads a compose text and draws its services; while it cannot be read, the last ones that could. */

import { useDeferredValue, useState } from "react";
import { readCompose } from "../compose";
import { ServiceMap } from "./service-map";

export default function ReadMap({ text }: { text: string }) {
  const deferred = useDeferredValue(text);
  const [read, setRead] = useState({ text: deferred, services: readCompose(deferred) });
  if (read.text !== deferred) setRead({ text: deferred, services: readCompose(deferred) ?? read.services });
  if (!read.services || read.services.length === 0) {
    return <p className="text-muted px-4 py-3 text-sm">No services yet.</p>;
  }
  return <ServiceMap services={read.services} />;
}
