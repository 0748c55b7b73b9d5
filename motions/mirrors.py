"""One hash for two companies: what each says of each deal, by company and not by side, over the fields that both share.

Two programs that keep the same pipeline from their two ends compute the same. Agreements are no part of it: they belong
to the forecast in whose message they were made.
"""

from collections.abc import Collection, Mapping

from motions.proposals import sha256_of
from motions.spaces import JointField, Line, spelling

Cells = Mapping[JointField, str]


def cells_of(line: Line, shares: Collection[JointField], our_key: str, their_key: str) -> dict[JointField, str]:
    """For each field both share, the hash of what either company says of it."""
    return {
        name: sha256_of({our_key: spelling(line.ours.of(name)), their_key: spelling(line.theirs.of(name))})
        for name in JointField
        if name in shares
    }


def hash_of(deals: Mapping[str, Cells], our_key: str, their_key: str) -> str:
    """SHA-256 over all of it, whichever of the two computes it."""
    seen = {name.casefold(): {field.value: cell for field, cell in cells.items()} for name, cells in deals.items()}
    return sha256_of({"companies": sorted((our_key, their_key)), "deals": seen})


def differing(ours: Mapping[str, Cells], theirs: Mapping[str, Cells]) -> list[str]:
    """'Acme: amount': where two ends of the same pipeline do not say the same."""
    return [
        f"{deal}: {field.value.replace('_', ' ')}"
        for deal, cells in theirs.items()
        for field, cell in cells.items()
        if ours.get(deal, {}).get(field) != cell
    ]
