"""A stand-in for APIGate: accounts, routes, plans and metering as its contract has them."""
