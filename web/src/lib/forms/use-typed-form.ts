/** Forms that are as they were left when a session ended in the middle of them. */

import { useEffect, useState } from "react";
import { useForm, type DefaultValues, type FieldValues, type UseFormProps, type UseFormReturn } from "react-hook-form";
import { useTyped } from "./use-typed";

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
