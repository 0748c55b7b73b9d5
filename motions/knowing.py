"""What a match was decided from, kept as it was: the deal as scored and the numbers behind it; scores nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from motions.canonical import text_of, value_of
from motions.deals import Opportunity
from motions.matching import Record
from motions.model import PartnerKey
from motions.policy import Configuration


@dataclass(frozen=True)
class Tally:
    """One cell of the partners' record: closed deals with a partner (None: any) in a segment (None: any)."""

    partner: PartnerKey | None
    segment: str | None
    won: int
    closed: int


@dataclass(frozen=True)
class Known:
    """Everything `rank_partners` looked at but the rules, which their version names."""

    deal: Opportunity
    tallies: tuple[Tally, ...]
    today: date
    rule_version: str
    policy_version: str

    @property
    def record(self) -> Record:
        """The tallies as matching reads them."""
        return {(each.partner, each.segment): (each.won, each.closed) for each in self.tallies}


def known_when(deal: Opportunity, record: Record, today: date, rule_version: str, config: Configuration) -> str:
    """What scoring this deal looks at, as canonical JSON; of the record only the numbers that bear on it."""
    tallies = tuple(_tallies(deal, record, config))
    return text_of(Known, Known(deal, tallies, today, rule_version, config.policy.version))


def known_of(text: str) -> Known:
    """What a match was decided from."""
    return value_of(Known, text)


def _tallies(deal: Opportunity, record: Record, config: Configuration) -> Iterator[Tally]:
    segment = deal.account.industry if deal.account else None
    for partner in (None, *(partner.key for partner in config.partners)):
        for place in dict.fromkeys((None, segment)):
            if (cell := record.get((partner, place))) is not None:
                yield Tally(partner, place, *cell)
