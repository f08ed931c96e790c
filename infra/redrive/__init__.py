"""Looks into the queues of failures, and hands what waits there back to who could not take it."""
