"""Which writer is used: Claude when there is a key, else the playbook."""

from typing import TYPE_CHECKING

from agents.playbook import PlaybookWriter

if TYPE_CHECKING:
    from agents.claude import ClaudeWriter


def open_writer(*, api_key: str | None, base_url: str, model: str) -> "PlaybookWriter | ClaudeWriter":
    """The writer behind the port; no call is made yet, and who opens it closes it."""
    if api_key is None:
        return PlaybookWriter()
    from agents.claude import ClaudeWriter, connect  # noqa: PLC0415 -- the SDK takes a second to load

    return ClaudeWriter(connect(api_key=api_key, base_url=base_url), model)
