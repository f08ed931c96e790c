"""Lambdas of api/notice_unsubscriptions."""
