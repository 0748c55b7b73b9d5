"""The joint pipelines as this process drew them last: what each line comes to, known by the line's version.

A deal that changes costs its own line and not the whole pipeline. Nothing is here that the store does not have, and
whoever asks says what it may be made of: a field that is no longer released is another gist.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from motions.deals import OpportunityId
from motions.joint import Gist, gist_of
from motions.model import PartnerKey
from motions.spaces import Line

Version = tuple[int, str]  # of the line, and the fields that are released of it
Wanted = Mapping[OpportunityId, tuple[int, frozenset[str]]]  # version, fields
ReadLines = Callable[[Sequence[OpportunityId]], Iterable[Line]]


@dataclass
class Pipelines:
    """Gists by partner and deal, of the lines that were shared when they were asked for last."""

    _known: dict[PartnerKey, Mapping[OpportunityId, tuple[Version, Gist]]] = field(default_factory=dict)

    def gists(self, partner: PartnerKey, wanted: Wanted, read: ReadLines) -> Mapping[OpportunityId, Gist]:
        """The gist of each wanted line, at its version and of its released fields; `read` gets those not known so.

        To be asked where no line was changed before in the same transaction: what may be undone is not to be known.
        """
        spelled = {released: ",".join(sorted(released)) for _, released in wanted.values()}
        versions = {deal: (version, spelled[released]) for deal, (version, released) in wanted.items()}
        known = self._known.get(partner, {})
        held = {deal: known[deal] for deal, version in versions.items() if deal in known and known[deal][0] == version}
        missing = [deal for deal in versions if deal not in held]
        for line in read(missing) if missing else ():
            held[line.deal] = (versions[line.deal], gist_of(line, wanted[line.deal][1]))
        self._known[partner] = held  # whoever looks at the same moment leaves as much behind: the last one stays
        return {deal: gist for deal, (_, gist) in held.items()}
