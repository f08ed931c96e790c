/** Logins at private registries of images. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { registriesQuery } from "@/features/registries/api/list-registries";
import { RegistryList } from "@/features/registries/components/registry-list";
import { useWasTyped } from "@/lib/forms/use-typed";

const AddRegistryDialog = lazy(() => import("@/features/registries/components/add-registry-dialog").then((loaded) => ({ default: loaded.AddRegistryDialog })));

export function SettingsRegistries() {
  const { data } = useSuspenseQuery(registriesQuery);
  const [isAdding, setAdding] = useState(useWasTyped("add-registry"));
  return (
    <div className="grid max-w-3xl gap-3">
      <Card
        title="Registries"
        aside={
          <Button size="sm" onClick={() => setAdding(true)}>
            Add a login
          </Button>
        }
      >
        <RegistryList registries={data} />
        <Suspense fallback={null}>{isAdding && <AddRegistryDialog isOpen onClose={() => setAdding(false)} />}</Suspense>
      </Card>
      <p className="text-muted text-sm">
        Logins are used for your apps alone, and sent to servers of your own alone: whoever owns a server can read what
        arrives there.
      </p>
    </div>
  );
}
