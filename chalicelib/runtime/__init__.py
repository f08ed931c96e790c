"""The edge of every Lambda: events, callers, answers, logs, wiring."""
