"""What the CRM has and the catalogue does not, and the other way round; decides no label."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from motions.labels import Catalogue


@dataclass(frozen=True)
class Drift:
    """Where a catalogue and a CRM differ, as paths: 'Opportunity.Amount'."""

    unlabelled: tuple[str, ...]  # there, without a row: restricted
    gone: tuple[str, ...]  # a row, and no such field, or none that our user may read
    read: frozenset[str]  # what cosell reads

    @property
    def serious(self) -> tuple[str, ...]:
        """What cosell reads and nobody labelled, or that is gone: something it tells or is told is missing."""
        return tuple(path for path in (*self.unlabelled, *self.gone) if path in self.read)


def drift_of(catalogue: Catalogue, described: Mapping[str, Collection[str]], read: Iterable[str]) -> Drift:
    """Compare a catalogue with the objects as the CRM describes them to us."""
    there = {f"{name}.{column}" for name, columns in described.items() for column in columns}
    labelled = {row.path for row in catalogue.rows if row.object in described}
    reads = frozenset(read)
    gone = labelled - there | {path for path in reads if path not in there}
    return Drift(tuple(sorted(there - labelled)), tuple(sorted(gone)), reads)
