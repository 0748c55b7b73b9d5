"""Local stand-ins for the outside world, over real protocols; imports nothing of the application."""
