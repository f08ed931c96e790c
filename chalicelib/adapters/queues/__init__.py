"""Queues over SQS."""
