/** Opens the deploy dialog, or leads to an account first. The URL keeps that it is open. */

import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Button, LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { useSignedIn } from "@/lib/auth/session";
import type { Template } from "../../templates/api/list-templates";

const DeployDialog = lazy(() => import("./deploy-dialog").then((loaded) => ({ default: loaded.DeployDialog })));

export function DeployButton({ template, isOpen }: { template: Template; isOpen: boolean }) {
  const isSignedIn = useSignedIn();
  const navigate = useNavigate();
  const show = (deploy: true | undefined) =>
    void navigate({
      to: paths.template,
      params: { id: template.id },
      search: { deploy },
      replace: true,
      resetScroll: false,
    });
  if (!isSignedIn) {
    return (
      <LinkButton
        to={paths.signUp}
        search={{ from: `/templates/${template.id}?deploy=true` }}
        look="primary"
      >
        Deploy
      </LinkButton>
    );
  }
  return (
    <>
      <Button look="primary" onClick={() => show(true)}>
        Deploy
      </Button>
      <Suspense fallback={null}>
        {isOpen && <DeployDialog template={template} isOpen onClose={() => show(undefined)} />}
      </Suspense>
    </>
  );
}
