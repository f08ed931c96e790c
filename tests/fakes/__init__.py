"""In-memory twins of ports, held to the same contract suites as the real adapters."""
