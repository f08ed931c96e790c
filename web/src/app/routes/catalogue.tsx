/** The catalogue: every published app, narrowed by words and category. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useCallback, useDeferredValue } from "react";
import { EmptyState } from "@/components/feedback/empty-state";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { paths } from "@/config/paths";
import { templatesQuery } from "@/features/templates/api/list-templates";
import { CatalogueSearch } from "@/features/templates/components/catalogue-search";
import { CategoryFacets } from "@/features/templates/components/category-facets";
import { TemplateGrid } from "@/features/templates/components/template-grid";
import { useSearchWords } from "@/features/templates/hooks/use-search-words";
import { categoryOf, facets, search } from "@/features/templates/search";

const route = getRouteApi(paths.catalogue);

export function Catalogue() {
  const { q = "", category } = route.useSearch();
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
  const { data: templates } = useSuspenseQuery(templatesQuery);
  const hits = search(templates, useDeferredValue(words));
  const shown = category === undefined ? hits : hits.filter((one) => categoryOf(one) === category);
  const showAll = () => {
    forget();
    void navigate({ search: {}, replace: true });
  };

  return (
    <>
      <PageHead title="Catalogue" text="Apps that run on servers of your own, live in a minute." />
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-[200px_minmax(0,1fr)]">
        <CatalogueSearch value={words} onChange={type} />
        <CategoryFacets facets={facets(hits)} total={hits.length} chosen={category} query={words} />
        <div className="min-w-0">
          {shown.length > 0 ? (
            <TemplateGrid templates={shown} />
          ) : (
            <EmptyState
              sentence={
                templates.length === 0
                  ? "The catalogue is empty. Apps appear here as soon as somebody publishes one."
                  : "No app fits these words and this category."
              }
            >
              {templates.length > 0 && (
                <Button onClick={showAll}>Show all apps</Button>
              )}
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}
