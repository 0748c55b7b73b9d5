"""Slack, both directions; the only package besides bot that knows what Slack is."""
