"""Two companies' accounts of what passed between them, held beside each other: where they do not say the same.

Shared are the messages between the two programs, both ways, and the grants they were sent under. What crossed by other
ways (a channel, a portal, a form) is in one account only, since only one program was there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motions.exports import Account, Entry

TOLD, HEARD, CONFIRMED = "figures.told", "figures.heard", "grant.confirmed"


@dataclass(frozen=True)
class Compared:
    """How much both accounts say, and what they do not agree on."""

    shared: int
    differences: tuple[str, ...]


def why_not_two_ends(one: Account, other: Account) -> str | None:
    """Why two accounts are not those of two companies with each other, or None."""
    ends = (one.head.key, one.head.partner_key), (other.head.partner_key, other.head.key)
    if ends[0] == ends[1]:
        return None
    return "these are not the two ends of one partnership: the keys that each names are not the other's"


def compare(one: Account, other: Account) -> Compared:
    """Every message either told the other, and every grant it names."""
    found = [_one_way(one, other), _one_way(other, one)]
    return Compared(sum(shared for shared, _ in found), tuple(said for _, lines in found for said in lines))


def _one_way(teller: Account, hearer: Account) -> tuple[int, list[str]]:
    told = {entry.sha256: entry for entry in teller.entries if entry.event == TOLD}
    heard = {entry.sha256: entry for entry in hearer.entries if entry.event == HEARD}
    differences = [*_messages(told, heard, teller, hearer), *_grants(heard, teller, hearer)]
    return len(told.keys() & heard.keys()), differences


def _messages(told: Mapping[str, Entry], heard: Mapping[str, Entry], teller: Account, hearer: Account) -> Iterator[str]:
    for sha, entry in told.items():
        if sha not in heard:
            if entry.is_certain:
                yield f"{_which(entry)} of {teller.head.company} is missing in {hearer.head.company}'s account"
            continue
        other = heard[sha]
        for name, ours, theirs in (("grant", entry.grant, other.grant), ("rows", entry.rows, other.rows)):
            if ours is not None and ours != theirs:
                yield f"{_which(entry)} of {teller.head.company}: the two accounts differ in its {name}"
    for sha, entry in heard.items():
        if sha not in told:
            yield f"{_which(entry)} of {teller.head.company} is missing in {teller.head.company}'s own account"


def _grants(heard: Mapping[str, Entry], teller: Account, hearer: Account) -> Iterator[str]:
    confirmed = {entry.grant: entry.sha256 for entry in teller.entries if entry.event == CONFIRMED}
    for grant, terms in sorted({(entry.grant, entry.terms) for entry in heard.values()}, key=str):
        where = f"{hearer.head.company} heard figures under it"
        if grant not in confirmed:
            yield f"grant {grant} is not in {teller.head.company}'s own account, and {where}"
        elif confirmed[grant] != terms:
            yield f"grant {grant} has other terms in {teller.head.company}'s own account, and {where}"


def _which(entry: Entry) -> str:
    return f"the message {entry.sha256[:12]} of {entry.at:%Y-%m-%d %H:%M:%S} UTC"
