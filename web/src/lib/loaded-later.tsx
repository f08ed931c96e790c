/** Parts whose code is loaded when they are shown, or ahead: what was loaded ahead is shown at once. */

import { lazy, useState, type ComponentType } from "react";

/** A part to be shown within a Suspense, with `ahead`, which loads its code. */
export function loadedLater<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  let known: ComponentType<P> | undefined;
  const ahead = async () => {
    const loaded = await load();
    known = loaded.default;
    return loaded;
  };
  const Later = lazy(ahead);
  function Part(props: P) {
    // What it began with stays: another one would begin anew.
    const [{ Shown }] = useState(() => ({ Shown: (known ?? Later) as ComponentType<P> }));
    return <Shown {...props} />;
  }
  return Object.assign(Part, { ahead });
}
