/** A small choice in a bar above what it governs, as the system's own menu. */

import { useId } from "react";

interface ChooserProps<V extends string> {
  label: string;
  value: V;
  options: readonly { value: V; word: string }[];
  onChoose: (value: V) => void;
}

export function Chooser<V extends string>({ label, value, options, onChoose }: ChooserProps<V>) {
  const id = useId();
  const isKnown = options.some((option) => option.value === value);
  return (
    <span className="inline-flex max-w-full items-center">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen) onChoose(chosen.value);
        }}
        className="border-line-strong bg-surface hover:bg-hover h-9 max-w-full rounded-md border px-2 text-sm"
      >
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.word}
          </option>
        ))}
      </select>
    </span>
  );
}
