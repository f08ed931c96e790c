/** What a visitor sees first: what Hoster does, what there is to run, where to begin. */

import { useQuery } from "@tanstack/react-query";
import { CreditCard, Rocket, Server } from "lucide-react";
import { LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { popularQuery } from "@/features/templates/api/list-popular";
import { TemplateGrid } from "@/features/templates/components/template-grid";

const STEPS = [
  {
    icon: Server,
    title: "Bring a server, or have one made",
    text: "Add a machine that you own by its SSH address, or let Hoster create one in your DigitalOcean, AWS or Hetzner account.",
  },
  {
    icon: Rocket,
    title: "Choose an app and deploy it",
    text: "Every setting has a good default and secrets are made for you. You watch each step until the app answers at its address.",
  },
  {
    icon: CreditCard,
    title: "Pay for what runs",
    text: "Each app has a price by the month, counted while it runs. An invoice explains every line down to the hour.",
  },
] as const;

export function Landing() {
  return (
    <div className="space-y-16 pt-6 sm:pt-14">
      <title>Hoster · Apps on servers of your own</title>
      <section className="mx-auto max-w-[720px] text-center">
        <h1 className="text-xl">Run apps on servers of your own</h1>
        <p className="text-muted mx-auto mt-4 max-w-[58ch] text-base">
          Choose an app from the catalogue and open it at its own address a minute later. Hoster installs it,
          watches it, keeps its routes and certificates, and takes everything away again when you are done.
        </p>
        <div className="mt-8 flex flex-wrap justify-center gap-3">
          <LinkButton to={paths.catalogue} look="primary" size="lg">
            See the catalogue
          </LinkButton>
          <LinkButton to={paths.signUp} size="lg">
            Make an account
          </LinkButton>
        </div>
      </section>
      <section aria-labelledby="how">
        <h2 id="how" className="sr-only">
          How it works
        </h2>
        <ol className="border-line bg-surface divide-line grid divide-y rounded-md border md:grid-cols-3 md:divide-x md:divide-y-0">
          {STEPS.map(({ icon: Icon, title, text }) => (
            <li key={title} className="p-6">
              <Icon aria-hidden className="text-accent size-5" />
              <h3 className="mt-3 text-base">{title}</h3>
              <p className="text-muted mt-1 text-sm">{text}</p>
            </li>
          ))}
        </ol>
      </section>
      <Popular />
    </div>
  );
}

/** What runs most often; without it the page says enough. */
function Popular() {
  const { data: templates = [] } = useQuery(popularQuery);
  if (templates.length === 0) return null;
  return (
    <section aria-labelledby="popular">
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-3">
        <h2 id="popular" className="text-lg">
          What people run
        </h2>
        <LinkButton to={paths.catalogue} look="ghost">
          All apps
        </LinkButton>
      </div>
      <TemplateGrid templates={templates} />
    </section>
  );
}
