"""Money: what a month costs, invoices, payments, earnings, and the ledger that holds all of it."""
