"""A console for the local Step Functions: every execution, and each one as a timeline."""
