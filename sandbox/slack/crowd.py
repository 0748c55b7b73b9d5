"""Many people acting at once or at a fixed rate, whatever comes back."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from sandbox.slack.gestures import GESTURES
from sandbox.slack.interactions import Actor
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


async def act(slack: Workspace, base: str, wishes: Sequence[Json], rate: float | None) -> Json:
    """Let every wish happen in its turn, `rate` a second; without a rate all at once.

    A wish is a gesture's name, its person and its body; the `view_id` "top" is the person's modal of that moment.
    The answer holds how each gesture ended for its person.
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    tasks = []
    for number, wish in enumerate(wishes):
        if rate is not None:
            await asyncio.sleep(max(begun + number / rate - loop.time(), 0))
        tasks.append(loop.create_task(_gesture(slack, base, dict(wish))))
    ends = Counter(await asyncio.gather(*tasks))
    return {"ok": True, "ends": ends}


async def _gesture(slack: Workspace, base: str, wish: Json) -> str:
    person = slack.state.people[str(wish.pop("user"))]
    gesture = GESTURES[str(wish.pop("gesture"))]
    if wish.get("view_id") == "top":
        stack = slack.state.modals.get(person.id)
        if not stack:
            return "no modal"
        wish["view_id"] = stack[-1].id
    try:
        outcome = await gesture(Actor(slack, person, base), wish)
    except SlackError as refusal:
        outcome = refusal.body()
    return "ok" if outcome.get("ok") else str(outcome.get("error") or "errors")
