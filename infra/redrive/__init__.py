"""Looks into the queue of failures, and hands what waits there back to who could not take it."""
