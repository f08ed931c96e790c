"""What running costs: months, intervals of running, prices, and the lines of an invoice."""
