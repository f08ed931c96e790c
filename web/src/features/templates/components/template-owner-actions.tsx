/** What a creator does with a template: show it, take it back, change it, delete it. */

import { useState } from "react";
import { toast } from "@/components/feedback/toasts";
import { Button, LinkButton } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { paths } from "@/config/paths";
import { reason } from "@/lib/api/errors";
import { useDeleteTemplate } from "../api/delete-template";
import type { Template } from "../api/list-templates";
import { usePublishTemplate } from "../api/publish-template";

interface OwnerActionsProps {
  template: Template;
  size?: "sm" | "md";
  onDeleted?: () => void;
}

export function OwnerActions({ template, size = "md", onDeleted }: OwnerActionsProps) {
  const { mutate, isPending } = usePublishTemplate(template.id);
  const verb = template.published ? "unpublish" : "publish";
  const turn = () =>
    mutate(verb, {
      onSuccess: ({ name, published }) =>
        toast("done", published ? `${name} is in the catalogue.` : `${name} is yours alone again.`),
      onError: (error) => toast("fail", reason(error)),
    });
  return (
    <>
      <Button size={size} isBusy={isPending} onClick={turn}>
        {template.published ? "Unpublish" : "Publish"}
      </Button>
      <LinkButton size={size} to={paths.editTemplate} params={{ id: template.id }}>
        Edit
      </LinkButton>
      <DeleteButton template={template} size={size} {...(onDeleted && { onDeleted })} />
    </>
  );
}

function DeleteButton({ template, size = "md", onDeleted }: OwnerActionsProps) {
  const [isOpen, setOpen] = useState(false);
  const { mutate, isPending, error, reset } = useDeleteTemplate(template.id);
  const close = () => {
    setOpen(false);
    reset();
  };
  const confirm = () =>
    mutate(undefined, {
      onSuccess: () => {
        close();
        toast("done", `${template.name} is deleted.`);
        onDeleted?.();
      },
    });
  return (
    <>
      <Button size={size} look="danger" onClick={() => setOpen(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={close}
        title={`Delete ${template.name}?`}
        action="Delete template"
        isBusy={isPending}
        error={error}
        onConfirm={confirm}
      >
        <p>Its compose text, its variables and all its versions are lost.</p>
      </ConfirmDialog>
    </>
  );
}
