"""What the operator enters into the ledger: `make ledger`."""
