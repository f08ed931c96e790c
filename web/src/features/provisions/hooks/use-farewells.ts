/** Says politely when a server that was being destroyed is gone, whoever asked for it and when. */

import { useEffect, useRef } from "react";
import { toast } from "@/components/feedback/toasts";
import type { Provision } from "../api/list-provisions";

export function useFarewells(provisions: Provision[]): void {
  const going = useRef<Provision[]>([]);
  useEffect(() => {
    const known = new Set(provisions.map(({ id }) => id));
    for (const { id, instance_name: name } of going.current) {
      if (!known.has(id)) toast("done", `Server ${name} is gone.`);
    }
    going.current = provisions.filter(({ status }) => status === "destroying");
  }, [provisions]);
}
