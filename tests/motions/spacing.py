"""Lines of a joint pipeline for tests: the four deals of two companies, and one of any figures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from motions.deals import Money, OpportunityId
from motions.joint import RELEASABLE, JointForecast, forecast
from motions.model import PartnerKey, Token
from motions.spaces import Figures, Line, Pick, Source, Space, moved
from motions.stages import SCALE

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AWS = PartnerKey("aws")
# Two companies' CRMs at the end of a quarter, in millions and stages: theirs beside ours.
PIPELINE = {
    "Acme": (("2.0", 4), ("2.2", 5)),
    "Beacon": (("4.5", 3), ("4.5", 3)),
    "Cygnus": (("1.8", 5), ("2.0", 5)),
    "Drift": (("3.1", 2), ("3.1", 2)),
}


def figures(millions: str, rung: int, **changes: Any) -> Figures:
    """'2.0' and 4: two millions in stage 4."""
    amount = Money(Decimal(millions) * 1_000_000, "USD")
    return replace(Figures(SCALE[rung - 1], amount, date(2026, 12, 31)), **changes)


def a_line(customer: str = "Acme", ours: Figures | None = None, theirs: Figures | None = None, **changes: Any) -> Line:
    """A line of the pipeline; the partner says nothing unless told otherwise."""
    typical = Line(
        partner=AWS,
        deal=OpportunityId(f"006{customer.upper():0<15}"),
        customer=customer,
        token=Token(f"t-{customer}"),
        updated_at=NOW,
        ours=ours or figures("2.0", 4),
        theirs=theirs or Figures(),
    )
    return replace(typical, **changes)


def pipeline() -> list[Line]:
    """The four deals."""
    return [a_line(name, figures(*ours), figures(*theirs)) for name, (ours, theirs) in PIPELINE.items()]


def told(line: Line, side: Any, said: Figures, minute: int = 1) -> Line:
    """The line after one side said something else."""
    after = moved(
        line, side, said, by="Alex", source=Source.FORM, at=NOW + minute * MINUTE, token=Token(f"{line.token}.{minute}")
    )
    assert after is not None
    return after


def word(name: str = "Priya Raman") -> Pick:
    """Somebody's word."""
    return Pick("", f"T/{name}", name, NOW + MINUTE)


def viewed(*lines: Line, released: frozenset[str] = RELEASABLE) -> JointForecast:
    """The view of these lines with AWS."""
    space = Space(AWS, Token("space"))
    return forecast(space, [(line, released) for line in lines], our_name="Meridian", partner_name="AWS")
