/** The catalogue: every published app, or one's own with drafts, found by words and narrowed. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useCallback, useDeferredValue } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { Status } from "@/components/feedback/status";
import { PageHead } from "@/components/layout/page-head";
import { Button, LinkButton } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { shelfQuery } from "@/features/templates/api/list-templates";
import { CatalogueBar } from "@/features/templates/components/catalogue-bar";
import { CatalogueSearch } from "@/features/templates/components/catalogue-search";
import { Facets } from "@/features/templates/components/facets";
import { OwnerActions } from "@/features/templates/components/template-owner-actions";
import { TemplateGrid, TemplateList } from "@/features/templates/components/template-grid";
import { useSearchWords } from "@/features/templates/hooks/use-search-words";
import { narrowed, search, shelfOf, sorted } from "@/features/templates/search";
import { useSignedIn } from "@/lib/auth/session";

const route = getRouteApi(paths.catalogue);

export function Catalogue() {
  const { q = "", sort, look, scope, category, price, memory } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const keep = useCallback(
    (text: string) => {
      // Whoever is on the way to another page is not called back.
      if (router.latestLocation.pathname !== paths.catalogue) return;
      void navigate({
        search: (before) => ({ ...before, q: text || undefined }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, router],
  );
  const { words, type, forget } = useSearchWords(q, keep);
  const isMine = scope === "mine";
  const { data: templates } = useSuspenseQuery(shelfQuery(shelfOf({ scope, sort })));
  const hits = search(templates, useDeferredValue(words));
  const by = { category, price, memory };
  const shown = sorted(narrowed(hits, by), sort);
  const showAll = () => {
    forget();
    void navigate({ search: { scope, look }, replace: true });
  };
  const turn = (changes: object) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false });

  return (
    <>
      <CatalogueHead isMine={isMine} />
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-[200px_minmax(0,1fr)] md:grid-rows-[auto_1fr]">
        <CatalogueSearch value={words} onChange={type} />
        <div className="min-w-0 md:row-span-2 md:row-start-1">
          <Facets templates={hits} by={by} query={words} />
        </div>
        <div className="min-w-0">
          <CatalogueBar
            found={shown.length}
            sort={sort}
            isList={look === "list" || isMine}
            isMine={isMine}
            onSort={(chosen) => turn({ sort: chosen })}
            onLook={(chosen) => turn({ look: chosen })}
          />
          {shown.length === 0 ? (
            <Nothing isMine={isMine} isEmpty={templates.length === 0} onShowAll={showAll} />
          ) : isMine ? (
            <TemplateList
              templates={shown}
              mark={({ published }) => <Status state={published ? "published" : "draft"} hue={published ? "run" : "rest"} />}
              actions={(template) => <OwnerActions template={template} size="sm" />}
            />
          ) : look === "list" ? (
            <TemplateList templates={shown} />
          ) : (
            <TemplateGrid templates={shown} />
          )}
        </div>
      </div>
    </>
  );
}

const TAB =
  "text-muted hover:text-text aria-[current=page]:bg-surface aria-[current=page]:text-text flex h-7 items-center rounded-sm px-3 text-sm font-medium transition-colors duration-150";

function CatalogueHead({ isMine }: { isMine: boolean }) {
  const isSignedIn = useSignedIn();
  return (
    <PageHead
      title={isMine ? "Your templates" : "Catalogue"}
      text={isMine ? "What you publish, and your drafts." : "Apps that run on servers of your own, live in a minute."}
    >
      {isSignedIn && (
        <div className="flex flex-wrap items-center gap-3">
          <nav aria-label="Which templates" className="bg-hover flex gap-1 rounded-md p-1">
            <Link to={paths.catalogue} search={{}} activeOptions={{ exact: true }} aria-current={isMine ? undefined : "page"} className={TAB}>
              All apps
            </Link>
            <Link to={paths.catalogue} search={{ scope: "mine" }} aria-current={isMine ? "page" : undefined} className={TAB}>
              Your templates
            </Link>
          </nav>
          <LinkButton to={paths.importTemplates}>Import</LinkButton>
          <LinkButton to={paths.newTemplate} look="primary">
            Create template
          </LinkButton>
        </div>
      )}
    </PageHead>
  );
}

interface NothingProps {
  isMine: boolean;
  isEmpty: boolean;
  onShowAll: () => void;
}

function Nothing({ isMine, isEmpty, onShowAll }: NothingProps) {
  if (!isEmpty) {
    return (
      <EmptyState sentence="No app fits these words and choices.">
        <Button onClick={onShowAll}>Show all apps</Button>
      </EmptyState>
    );
  }
  if (isMine) {
    return (
      <EmptyState sentence="You have no templates yet. One is a compose text, what its owners fill in, and a price.">
        <LinkButton to={paths.newTemplate} look="primary">
          Create template
        </LinkButton>
      </EmptyState>
    );
  }
  return <EmptyState sentence="The catalogue is empty. Apps appear here as soon as somebody publishes one." />;
}
