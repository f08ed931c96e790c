"""Every step of every machine under every fault: `make faults` prints the grid and judges it."""
