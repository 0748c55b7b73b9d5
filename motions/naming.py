"""Names for what operators add: readable in their files, and nobody else's."""

import re
from collections.abc import Collection

_MOST = 40


def fresh_name(said: str, known: Collection[str], otherwise: str) -> str:
    """What was said as a name of small letters, digits and dashes, numbered when there is one like it."""
    stem = re.sub(r"[^a-z0-9]+", "-", said.casefold()).strip("-")[:_MOST].rstrip("-") or otherwise
    numbered = (f"{stem}-{n}" for n in range(2, len(known) + 3))
    return next(each for each in (stem, *numbered) if each not in known)
