/** What the API says of a form's template, asked when the typing pauses. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSettled } from "@/lib/use-settled";
import { checkQuery } from "../api/check-template";
import { SHORTEST_NAME, type SentTemplate } from "../form";

/** Milliseconds without a change until it is asked. */
const PAUSE = 350;
const UNNAMED = "A template";

export function useVerdict(given: SentTemplate) {
  // What stays to be named is planned all the same.
  const present = JSON.stringify(given.name.length < SHORTEST_NAME ? { ...given, name: UNNAMED } : given);
  const asked = useSettled(present, PAUSE);
  const sent = useMemo(() => JSON.parse(asked) as SentTemplate, [asked]);
  const { data, error, isFetching } = useQuery(checkQuery(sent));
  return { verdict: data, error, isChecking: isFetching || asked !== present };
}
