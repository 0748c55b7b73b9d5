"""Measurements people run; each prints JSON. Nothing here is a test."""
