"""The world's own books since a siege began: what was asked of AWS, of Slack and of the model, and who saw what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.cast import ALEX, JORDAN, KIM
from tests.scenarios.company import SHARED, Company

Json = dict[str, Any]

PARTNERS_PEOPLE = (ALEX, JORDAN, KIM)
# Ids that Microsoft makes: any number may turn up in them.
_MICROSOFTS_OWN = {"id", "engagementId", "organizationId", "eTag", "links"}
THEIR_ROOMS = (SHARED, "C0SHAREDNST")


@dataclass(frozen=True)
class Books:
    """Everything outside, as the emulators noted it."""

    aws: tuple[Json, ...]
    slack: tuple[Json, ...]
    microsoft: tuple[Json, ...]  # every referral, as its record has it
    model: tuple[Json, ...]
    filed: dict[str, str]  # AWS's id -> the CRM's
    seen: dict[str, str]  # by a partner's person: everything they were ever shown

    @property
    def aws_writes(self) -> Iterator[Json]:
        """Every call that may have changed something at AWS."""
        yield from (call for call in self.aws if not call["operation"].startswith(("Get", "List")))

    @property
    def said(self) -> Iterator[Json]:
        """The arguments of every Slack call that shows somebody something."""
        for call in self.slack:
            if call["method"].startswith(("chat.", "views.")):
                yield {"method": call["method"], **{name: _parsed(value) for name, value in call["args"].items()}}

    def partner_visible(self) -> Iterator[tuple[str, str]]:
        """Every byte that left for a partner, and where: what they saw, what was posted there, what a portal has."""
        yield from self.seen.items()
        for call in self.said:
            if _is_theirs(str(call.get("channel") or call.get("user_id") or "")):
                yield f"{call['method']} {call.get('channel')}", json.dumps(call, ensure_ascii=False)
        for each in self.microsoft:
            said = {name: value for name, value in each.items() if name not in _MICROSOFTS_OWN}
            yield f"Microsoft {each['id']}", json.dumps(said, ensure_ascii=False)
        for call in self.aws:
            yield f"AWS {call['operation']}", json.dumps(call.get("request"), ensure_ascii=False)


def clock_of(company: Company) -> str:
    """The world's clock, as the emulators stamp their books."""
    return str(company.look("/world/summary")["clock"])


def read(company: Company, since: str) -> Books:
    """The books from a moment on."""
    return Books(
        aws=tuple(_since(company.look("/aws/_control/calls")["calls"], since)),
        slack=tuple(_since(company.look("/slack/_control/calls")["calls"], since)),
        microsoft=tuple(
            each
            for each in company.look("/microsoft/_control/referrals")["referrals"]
            if _stamp(each["createdDateTime"]) >= _stamp(since)
        ),
        model=tuple(_since(company.look("/model/_control/calls")["calls"], since)),
        filed={each["id"]: each["crm_id"] for each in company.look("/aws/_control/summary")["opportunities"]},
        seen={f"seen by {who.name}": _seen(company, who.id) for who in PARTNERS_PEOPLE},
    )


def _seen(company: Company, user: str) -> str:
    items = company.look(f"/slack/_control/seen/{user}")["items"]
    return json.dumps(items, ensure_ascii=False)


def _since(calls: list[Json], since: str) -> Iterator[Json]:
    return (call for call in calls if _stamp(str(call["at"])) >= _stamp(since))


def _stamp(at: str) -> str:
    return at.replace("Z", "").replace("+00:00", "")[:19]


def _is_theirs(channel: str) -> bool:
    direct = {f"D{who.id[1:]}" for who in PARTNERS_PEOPLE}
    people = {who.id for who in PARTNERS_PEOPLE}
    return channel in {*THEIR_ROOMS, *direct, *people} or channel.startswith("C0HOSTILE")


def _parsed(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
