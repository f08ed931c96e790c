"""Lambdas of api/notice_confirmations."""
