"""Which writer is used: one in a process of its own, Claude when there is a key, else the playbook."""

from typing import TYPE_CHECKING

from agents.playbook import PlaybookWriter

if TYPE_CHECKING:
    from agents.drafting import DraftWriter


def open_writer(
    *, api_key: str | None, base_url: str, model: str, elsewhere: tuple[str, str] | None = None
) -> "PlaybookWriter | DraftWriter":
    """The writer behind the port; no call is made yet, and who opens it closes it.

    `elsewhere` is the address of the writer's own process and the secret shared with it.
    """
    if elsewhere is not None:
        from agents.remote import RemoteWriter  # noqa: PLC0415 -- most bots have none

        return RemoteWriter(*elsewhere, model)
    if api_key is None:
        return PlaybookWriter()
    from agents.claude import ClaudeWriter, connect  # noqa: PLC0415 -- the SDK takes a second to load

    return ClaudeWriter(connect(api_key=api_key, base_url=base_url), model)
