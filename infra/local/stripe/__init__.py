"""A local Stripe: Checkout with its payment page, refunds, disputes and signed webhooks."""
