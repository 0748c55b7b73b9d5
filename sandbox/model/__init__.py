"""A local stand-in for the Messages API; imports nothing of the program that calls it."""
