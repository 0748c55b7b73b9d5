"""The seed's opportunities and their history: the recorded pipeline, with what it lacks generated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from sandbox.salesforce import vocabulary as words
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.recorded import Deal, Recorded
from sandbox.salesforce.seed_people import People, audit
from sandbox.salesforce.stages import computed, history_row, implied_by_stage
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Row

_OPEN_STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Proposal/Price Quote")
_ENGAGING = (*_OPEN_STAGES[1:], "Negotiation/Review")
_ENGAGING_WEIGHTS = (30, 25, 20, 15, 10)
_WITHOUT_AMOUNT = 0.08
_WITH_PARTNER = 0.12
_DESCRIBED_OPEN, _DESCRIBED_CLOSED = 0.7, 0.3
_HOSTILE_EVERY = 97
_QUIET = timedelta(hours=1)  # nothing in the seed changed within the last hour: what changes next is news


@dataclass(frozen=True)
class Deals:
    """Opportunity rows, oldest first as recorded, and the history they went through."""

    rows: list[Row]
    history: list[Row]


def deals(recorded: Recorded, people: People, now: datetime, rng: Random) -> Deals:
    """Every recorded deal as an opportunity."""
    customers: set[str] = set()
    made = Deals([], [])
    for number, deal in enumerate(recorded.deals, start=1):
        row = _opportunity(number, deal, recorded, people, rng)
        row["Type"] = "Existing Business" if deal.company in customers else "New Business"
        if deal.stage == "Won" and deal.company:
            customers.add(deal.company)
        _tell_story(row, deal, now, rng, made.history)
        made.rows.append(row)
    _plant_hostile_texts(made.rows)
    for account in people.accounts:
        if account["Name"] in customers:
            account["Type"] = "Customer - Direct"
    return made


def _opportunity(number: int, deal: Deal, recorded: Recorded, people: People, rng: Random) -> Row:
    stage = _stage(deal, rng)
    is_open = deal.closed_on is None
    return {
        "Id": record_id("006", number),
        "AccountId": people.account_ids.get(deal.company),
        "Name": f"{deal.company} - {deal.product}" if deal.company else f"{deal.product} - {deal.key}",
        "OwnerId": people.user_ids[deal.agent],
        "StageName": stage,
        "Amount": _amount(deal, recorded.price(deal.product), rng),
        "LeadSource": rng.choice(words.LEAD_SOURCES),
        "NextStep": words.NEXT_STEPS.get(stage),
        "Description": _described(rng, _DESCRIBED_OPEN if is_open else _DESCRIBED_CLOSED),
        "Cosell_Partners__c": None if is_open or rng.random() >= _WITH_PARTNER else rng.choice(words.PAST_PARTNERS),
        **implied_by_stage(stage),
    }


def _stage(deal: Deal, rng: Random) -> str:
    match deal.stage:
        case "Engaging":
            return rng.choices(_ENGAGING, _ENGAGING_WEIGHTS)[0]
        case "Won" | "Lost":
            return f"Closed {deal.stage}"
        case _:
            return deal.stage


def _amount(deal: Deal, price: float, rng: Random) -> float | None:
    if deal.closed_on is not None:
        return deal.value
    return None if rng.random() < _WITHOUT_AMOUNT else price * rng.choice(words.SEATS)


def _described(rng: Random, chance: float) -> str | None:
    return rng.choice(words.PROBLEMS) if rng.random() < chance else None


def _tell_story(row: Row, deal: Deal, now: datetime, rng: Random, history: list[Row]) -> None:
    """Fill in when things happened, one history row a stage."""
    created, modified = _life(deal, now, rng)
    ahead = timedelta(days=rng.randint(30, 180) if deal.stage == "Prospecting" else rng.randint(5, 120))
    row["CloseDate"] = (deal.closed_on or (now + ahead).date()).isoformat()
    row |= audit(stamp(created), stamp(modified), str(row["OwnerId"]))
    row |= computed(row)
    path = list(_path(str(row["StageName"]), rng))
    span = (modified - created) / max(len(path) - 1, 1)
    before: Row | None = None
    for step, stage in enumerate(path):
        at = stamp(created + span * step)
        then = row | {"StageName": stage, "LastModifiedDate": at, **implied_by_stage(stage)}
        then |= computed(then)
        history.append(history_row(record_id("008", len(history) + 1), then, before))
        before = then
        row["LastStageChangeDate"] = at


def _path(stage: str, rng: Random) -> Iterator[str]:
    """The stages a deal went through to get where it is."""
    if stage.startswith("Closed"):
        yield from ("Prospecting", rng.choice(_ENGAGING), stage)
        return
    for passed in (*_OPEN_STAGES, "Negotiation/Review"):
        yield passed
        if passed == stage:
            return


def _life(deal: Deal, now: datetime, rng: Random) -> tuple[datetime, datetime]:
    """When the deal was created and last changed, both in office hours where there is a recorded day."""
    latest = now - _QUIET
    if deal.engaged_on:
        created = datetime.combine(deal.engaged_on, time(rng.randint(14, 22), rng.randrange(60)), now.tzinfo)
    else:
        created = now - timedelta(days=rng.randint(1, 60), minutes=rng.randrange(600))
    created = min(created, latest - _QUIET)
    if deal.closed_on:
        closed = datetime.combine(deal.closed_on, time(rng.randint(14, 22), rng.randrange(60)), now.tzinfo)
        return created, max(created, min(closed, latest))
    return created, latest - (latest - created) * rng.random() ** 2


def _plant_hostile_texts(rows: list[Row]) -> None:
    open_rows = [row for row in rows if not row["IsClosed"]]
    for at, row in enumerate(open_rows[::_HOSTILE_EVERY]):
        row["Description"] = words.HOSTILE[at % len(words.HOSTILE)]
