/** Forms that are as they were left when a session ended in the middle of them. */

import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useForm, type DefaultValues, type FieldValues, type UseFormProps, type UseFormReturn } from "react-hook-form";
import { session } from "@/lib/auth/session";
import { forgetTyped, keepAtExpiry, placeOf, typedAt } from "./typed";

/** The place of a form of the page that is shown; it stays when the page goes. */
function usePlace(name: string): string {
  const router = useRouter();
  const [place] = useState(() => placeOf(router.state.location.pathname, name));
  return place;
}

/** Whether something was typed into a form of this page: what holds the form opens itself again. */
export function useWasTyped(name: string): boolean {
  const place = usePlace(name);
  const [wasTyped] = useState(() => typedAt(place) !== undefined);
  return wasTyped;
}

/**
 * What was typed before the session ended, once. `values` tells what to keep when it ends now;
 * undefined for nothing. It is forgotten when the form goes while its author is signed in.
 */
export function useTyped(name: string, values: () => unknown): unknown {
  const place = usePlace(name);
  const [typed] = useState(() => typedAt(place));
  const latest = useRef(values);
  useEffect(() => {
    latest.current = values;
  });
  useEffect(() => {
    const stop = keepAtExpiry(place, () => latest.current());
    return () => {
      stop();
      if (session.token() !== null) forgetTyped(place);
    };
  }, [place]);
  return typed;
}

interface TypedOptions<T extends FieldValues, U> extends UseFormProps<T, unknown, U> {
  /** The form's name on its page. */
  name: string;
  /** What of the values may be written down; all of them without it. */
  open?: (values: T) => object;
  /** What stands in the form at first and is kept nowhere: as if it had been typed. */
  begun?: T | undefined;
}

/** A form whose values outlive a session. */
export function useTypedForm<T extends FieldValues, U = T>({
  name,
  open = (values) => values,
  begun,
  ...options
}: TypedOptions<T, U>): UseFormReturn<T, unknown, U> {
  const form = useForm<T, unknown, U>(options);
  const { isDirty } = form.formState;
  const typed = useTyped(name, () => (isDirty ? open(form.getValues()) : undefined));
  const [first] = useState(typed ?? begun);
  const { reset, getValues } = form;
  useEffect(() => {
    if (first !== undefined) reset(over(getValues(), first), { keepDefaultValues: true });
  }, [first, reset, getValues]);
  return form;
}

/** Values with what was typed over them; what was not kept stays as the form begins. */
function over<T extends FieldValues>(values: T, typed: unknown): DefaultValues<T> & T {
  const merged: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(typed as Record<string, unknown>)) {
    const present = merged[name];
    merged[name] = isRecord(present) && isRecord(value) ? { ...present, ...value } : value;
  }
  return merged as DefaultValues<T> & T;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
