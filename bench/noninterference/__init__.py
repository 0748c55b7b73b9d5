"""Noninterference: worlds that look alike to one partner must give it the same bytes, whatever else they hold."""
