"""Lambdas of api/notice_channels."""
