"""What the company's own people do in the org: change deals, at once or in a transaction that ends late."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from sandbox.salesforce import records
from sandbox.salesforce.faults import Kind
from sandbox.salesforce.org import HeldCommit, Org
from sandbox.salesforce.stages import STAGES
from sandbox.salesforce.stamps import day, stamp
from sandbox.salesforce.store import Cell
from sandbox.salesforce.validation import cells_of

Change = dict[str, object]
_LADDER = [stage.name for stage in STAGES.values() if not stage.is_closed]
_LIST = (
    'SELECT o."Id", o."Name", a."Name", o."StageName", o."Amount", o."SystemModstamp", u."Name" '
    'FROM "Opportunity" o LEFT JOIN "Account" a ON a."Id" = o."AccountId" JOIN "User" u ON u."Id" = o."OwnerId" '
)


class NobodyError(LookupError):
    """No such user, or no deal fit for the change."""


def change(org: Org, record_id: str, fields: Mapping[str, object], user: str | None = None) -> Change:
    """Save fields as a user, the owner by default; a `late_commit` fault keeps the row invisible for its seconds."""
    sobject = org.schema.of_id(record_id)
    if sobject is None:
        raise NobodyError(f"no record {record_id}")
    row = records.live_row(org, sobject, record_id)
    user_id = _user_id(org, user) if user else str(row.get("OwnerId") or org.logins.bot_user_id)
    cells_of(sobject, fields, org.schema, creating=False)  # a held commit must not fail when nobody is looking
    began_at = org.now()

    def commit() -> None:
        records.update(org, user_id, sobject.name, record_id, fields, at=began_at)

    late = org.faults.take(Kind.LATE_COMMIT)
    if late:
        org.held.append(HeldCommit(began_at, org.clock.now() + timedelta(seconds=late.seconds), commit))
    else:
        commit()
    return {"id": str(row["Id"]), "name": row.get("Name"), "fields": dict(fields), "changed_at": stamp(began_at)}


def touch(org: Org, count: int, rng: Random) -> list[Change]:
    """Move many different open deals one stage on in one transaction, so that they share a stamp."""
    deals = _open_deals(org, stages=_LADDER[:-1])
    chosen = rng.sample(deals, min(count, len(deals)))
    began_at = org.now()
    changes: list[Change] = []
    with org.store.transaction():
        for deal_id, owner_id, stage, *_ in chosen:
            fields = {"StageName": _next_stage(str(stage))}
            records.update(org, str(owner_id), "Opportunity", str(deal_id), fields, at=began_at)
            changes.append({"id": deal_id, "fields": fields, "changed_at": stamp(began_at)})
    return changes


def change_something(org: Org, rng: Random) -> Change:
    """One thing a seller might do: move a deal on, raise its amount or push its close date."""
    deal_id, _, stage, amount, close_date = rng.choice(_open_deals(org))
    match rng.choice(("stage", "stage", "amount", "close date")):
        case "stage" if stage in _LADDER[:-1]:
            fields: dict[str, object] = {"StageName": _next_stage(str(stage))}
        case "amount":
            fields = {"Amount": round(float(amount or 0) * rng.choice((1.1, 1.2, 1.25, 1.5)), 2)}
        case _:
            pushed = max(day(str(close_date)), org.now().date()) + timedelta(days=rng.choice((7, 14, 30)))
            fields = {"CloseDate": pushed.isoformat()}
    return change(org, str(deal_id), fields)


def random_deal(org: Org, rng: Random) -> str:
    """The id of some open deal with an account and an amount."""
    return str(rng.choice(_open_deals(org))[0])


def recent(org: Org, count: int) -> list[Change]:
    """The deals changed last, newest first."""
    rows = org.store.select(
        f'{_LIST} WHERE o."IsDeleted" = 0 ORDER BY o."SystemModstamp" DESC, o."Id" LIMIT ?', (count,)
    )
    keys = ("id", "name", "account", "stage", "amount", "changed_at", "owner")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def summary(org: Org) -> Change:
    """How many deals there are and what moved last."""
    deals, open_deals = org.store.select(
        'SELECT COUNT(*), SUM("IsClosed" = 0) FROM "Opportunity" WHERE "IsDeleted" = 0'
    )[0]
    return {"deals": deals, "open": open_deals or 0, "recent": recent(org, 5)}


def _open_deals(org: Org, stages: list[str] | None = None) -> list[tuple[Cell, ...]]:
    rows = org.store.select(
        'SELECT "Id", "OwnerId", "StageName", "Amount", "CloseDate" FROM "Opportunity" WHERE "IsClosed" = 0 '
        'AND "IsDeleted" = 0 AND "AccountId" IS NOT NULL AND "Amount" IS NOT NULL ORDER BY "Id"'
    )
    fit = [row for row in rows if stages is None or row[2] in stages]
    if not fit:
        raise NobodyError("no open deal with an account and an amount is left")
    return fit


def _next_stage(stage: str) -> str:
    # Two stages of the standard list are not used by this company's sellers; the seed has no deal in them either.
    used = [name for name in _LADDER if name not in {"Id. Decision Makers", "Perception Analysis"}]
    return used[used.index(stage) + 1] if stage in used[:-1] else used[-1]


def _user_id(org: Org, user: str) -> str:
    for column in ("Id", "Email", "Username"):
        found = org.store.find("User", column, user)
        if found:
            return str(found[0]["Id"])
    raise NobodyError(f"no user {user}")
