/** The logins at registries, each with what can be done with it. */

import { lazy } from "react";
import { CheckedItem } from "@/components/resource/checked-item";
import { useCheckRegistry } from "../api/check-registry";
import { useDeleteRegistry } from "../api/delete-registry";
import type { Registry } from "../api/list-registries";
import { called } from "../called";

const ReplaceLoginDialog = lazy(() => import("./replace-login-dialog").then((loaded) => ({ default: loaded.ReplaceLoginDialog })));

export function RegistryList({ registries }: { registries: Registry[] }) {
  if (registries.length === 0) {
    return (
      <p className="text-muted px-4 py-3 text-sm">
        With a login at a registry, your apps pull private images, and have its own limit on pulls.
      </p>
    );
  }
  return (
    <ul className="divide-line divide-y">
      {registries.map((registry) => (
        <li key={registry.id} className="px-4 py-3">
          <Item registry={registry} />
        </li>
      ))}
    </ul>
  );
}

function Item({ registry }: { registry: Registry }) {
  const { id, name, host, username } = registry;
  return (
    <CheckedItem
      item={registry}
      about={
        <span className="font-mono">
          {username}@{host}
        </span>
      }
      check={useCheckRegistry(id)}
      accepted={`${called(host)} accepts the login ${name}.`}
      refused={`${called(host)} refused this login. Apps that run go on; what they pull next fails until it is replaced.`}
      replacing={(close) => <ReplaceLoginDialog registry={registry} isOpen onClose={close} />}
      removal={useDeleteRegistry()}
      lost={`Hoster forgets the login. Apps that run go on; what they pull next from ${called(host)} is asked for without one, so that private images fail. The login itself stays valid there.`}
    />
  );
}
