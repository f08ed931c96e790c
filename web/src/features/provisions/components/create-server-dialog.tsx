/** Has a server made: with which account, where, how large, under which name. */

import { Dialog } from "@/components/ui/dialog";
import { ServerForm } from "./server-form";
import { WithChoices } from "./with-choices";

interface CreateServerProps {
  isOpen: boolean;
  onClose: () => void;
}

export function CreateServerDialog({ isOpen, onClose }: CreateServerProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Create a server"
      description="It is made in your own account at the provider, who bills it."
      isWide
    >
      <WithChoices>
        {({ choice, ...offered }) => (
          <ServerForm {...offered} onClose={onClose}>
            {choice}
          </ServerForm>
        )}
      </WithChoices>
    </Dialog>
  );
}
