/** Logins at private registries of images. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy } from "react";
import { AddCard } from "@/components/resource/add-card";
import { registriesQuery } from "@/features/registries/api/list-registries";
import { RegistryList } from "@/features/registries/components/registry-list";

const AddRegistryDialog = lazy(() => import("@/features/registries/components/add-registry-dialog").then((loaded) => ({ default: loaded.AddRegistryDialog })));

export function SettingsRegistries() {
  const { data } = useSuspenseQuery(registriesQuery);
  return (
    <div className="grid max-w-3xl gap-3">
      <AddCard
        title="Registries"
        action="Add a login"
        form="add-registry"
        dialog={(close) => <AddRegistryDialog isOpen onClose={close} />}
      >
        <RegistryList registries={data} />
      </AddCard>
      <p className="text-muted text-sm">
        Logins are used for your apps alone, and sent to servers of your own alone: whoever owns a server can read what
        arrives there.
      </p>
    </div>
  );
}
