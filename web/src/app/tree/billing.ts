/** The routes of money: what is owed, what was used, what was earned. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { paths } from "@/config/paths";
import { accountQuery } from "@/features/account/api/get-account";
import { explanationQuery } from "@/features/billing/api/explain-invoice";
import { invoiceQuery } from "@/features/billing/api/get-invoice";
import { invoicePagesQuery } from "@/features/billing/api/list-invoices";
import { monthQuery } from "@/features/billing/api/get-month";
import { earningsQuery } from "@/features/earnings/api/get-earnings";
import { plansQuery } from "@/features/plans/api/list-plans";
import { billingSearch, usageSearch } from "@/lib/search-params";
import { account, read } from "./root";

const bills = createRoute({
  getParentRoute: () => account,
  path: paths.billing,
  validateSearch: billingSearch,
  // This month says itself when it cannot be added up.
  loader: ({ context: { queries } }) =>
    Promise.all([
      queries.infiniteQuery({ ...invoicePagesQuery, staleTime: "static" }),
      read(queries, monthQuery).catch(() => undefined),
    ]),
  component: lazyRouteComponent(() => import("../routes/billing"), "Billing"),
});

const invoice = createRoute({
  getParentRoute: () => account,
  path: paths.invoice,
  // An invoice can be read without what it is computed from.
  loader: ({ context: { queries }, params: { id } }) =>
    Promise.all([
      read(queries, invoiceQuery(id)),
      read(queries, explanationQuery(id)).catch(() => undefined),
    ]),
  component: lazyRouteComponent(() => import("../routes/invoice"), "InvoicePage"),
});

const usage = createRoute({
  getParentRoute: () => account,
  path: paths.usage,
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => import("../routes/usage"), "Usage"),
});

const earnings = createRoute({
  getParentRoute: () => account,
  path: paths.earnings,
  loader: ({ context: { queries } }) => read(queries, earningsQuery),
  component: lazyRouteComponent(() => import("../routes/earnings"), "EarningsPage"),
});

const plans = createRoute({
  getParentRoute: () => account,
  path: paths.plans,
  validateSearch: billingSearch,
  loader: ({ context: { queries } }) => Promise.all([read(queries, plansQuery), read(queries, accountQuery)]),
  component: lazyRouteComponent(() => import("../routes/plans"), "Plans"),
});

export const billing = [bills, invoice, usage, earnings, plans] as const;
