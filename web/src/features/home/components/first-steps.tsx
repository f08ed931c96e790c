/** The way to a first app, for who has none: what is done, and what is next. */

import { CircleCheck, Circle } from "lucide-react";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { paths } from "@/config/paths";
import { cn } from "@/lib/cn";

interface FirstStepsProps {
  hasKey: boolean;
  hasServer: boolean;
}

export function FirstSteps({ hasKey, hasServer }: FirstStepsProps) {
  const steps = [
    {
      title: "Let Hoster in",
      text: "Add the token of a cloud account, in which Hoster makes servers for you, or an SSH key to a machine that you have.",
      isDone: hasKey || hasServer,
      action: "Add a key",
      target: { to: paths.credentials, search: {} },
    },
    {
      title: "Get a server",
      text: "Have one made, which takes some minutes, or bring the machine. Your apps run there and nowhere else.",
      isDone: hasServer,
      action: "Get a server",
      target: { to: paths.nodes, search: { create: true } },
    },
    {
      title: "Deploy your first app",
      text: "Choose one from the catalogue. It is live in about a minute.",
      isDone: false,
      action: "Choose an app",
      target: { to: paths.catalogue, search: {} },
    },
  ] as const;
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <Card title="Your first app">
      <ol className="divide-line divide-y">
        {steps.map(({ title, text, isDone, action, target }, index) => {
          const Icon = isDone ? CircleCheck : Circle;
          return (
            <li key={title} className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
              <Icon aria-hidden className={cn("size-5 shrink-0", isDone ? "text-run" : "text-muted")} />
              <div className="min-w-0 flex-1 basis-60">
                <h3 className={cn("text-sm font-semibold", isDone && "text-muted")}>
                  {title}
                  {isDone && <span className="sr-only"> (done)</span>}
                </h3>
                <p className="text-muted max-w-[64ch] text-sm">{text}</p>
              </div>
              {!isDone && (
                <LinkButton {...target} look={index === next ? "primary" : "secondary"}>
                  {action}
                </LinkButton>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
