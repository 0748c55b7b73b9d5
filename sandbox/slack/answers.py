"""Whether the app has answered a person's gesture yet: with words only they see, or with a modal."""

import asyncio
from typing import TypeAlias

from sandbox.slack.people import Person
from sandbox.slack.workspace import Workspace

Told: TypeAlias = tuple[int, tuple[str, ...]]
_LOOK_EVERY = 0.01


def so_far(slack: Workspace, person: Person) -> Told:
    """What a person was told until now, to compare with later."""
    whispers = sum(len(room.whispers.get(person.id, ())) for room in slack.state.conversations.values())
    return whispers, tuple(view.hash for view in slack.state.modals.get(person.id, ()))


async def wait(slack: Workspace, person: Person, before: Told, patience: float) -> None:
    """Wait until the person was told something new; not longer than `patience` seconds."""
    ends = asyncio.get_running_loop().time() + patience
    while so_far(slack, person) == before and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110 - plain memory that many write
        await asyncio.sleep(_LOOK_EVERY)
