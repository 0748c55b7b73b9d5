"""Which writer is used: Claude when there is a key, else the playbook."""

from agents.claude import ClaudeWriter, connect
from agents.playbook import PlaybookWriter


def open_writer(*, api_key: str | None, base_url: str, model: str) -> PlaybookWriter | ClaudeWriter:
    """The writer behind the port; no call is made yet, and who opens it closes it."""
    if api_key is None:
        return PlaybookWriter()
    return ClaudeWriter(connect(api_key=api_key, base_url=base_url), model)
