"""How emulators are served in tests."""

# Seconds an idle connection stays open. Uvicorn's own five are as long as httpx keeps one, so that on a busy machine a
# client now and then sends into a connection that is just being closed.
KEPT_ALIVE = 75
