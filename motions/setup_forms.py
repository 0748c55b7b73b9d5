"""The steps of setting up between their forms and the operators' files: what is asked, and the edits it makes."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import time, timedelta

from motions.coverage import CoverageRow
from motions.grant_terms import Purpose
from motions.model import Person, Role
from motions.naming import fresh_name
from motions.policy import Configuration, Partner
from motions.ports import Ports
from motions.referrals import Field
from motions.revisions import Edit
from motions.setup_surfaces import Kind, SetupInput, Typed

POLICY, COVERAGE, PARTNERS = "policy.yml", "coverage.yml", "partners.yml"
NOWHERE = "none"  # the portal of a partner that has none
EVERYWHERE = "*"
_KEPT, _STANDARD = "kept", "standard"
_SHARES = (
    (_STANDARD, "Referrals, handoffs and a joint forecast, for a year"),
    (NOWHERE, "Nothing; what was agreed goes on until somebody ends it"),
)
# Of the people at the customer, and of deals beside the one that is referred: whoever wants these says so in the file.
_NOT_PROPOSED = {Field.EMPLOYEES, Field.CONTACT, Field.CONSENT, Field.OTHER_DEALS}
_ADDRESS = "Pick somebody of ours whose Slack profile has an e-mail address."
_TEAM = re.compile(r"[TE][A-Z0-9]{6,}")
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}(,\d{3}){1,4}")

Edits = Sequence[Edit] | Mapping[str, str]  # or what is wrong, beside each input


def company_inputs(config: Configuration) -> tuple[SetupInput, ...]:
    """How we are called, and the numbers people ask for first."""
    policy = config.policy
    two_people = f"{policy.two_people_from:f}" if policy.two_people_from is not None else ""
    days = f"{policy.approval_expires_after / timedelta(days=1):g}"
    return (
        SetupInput("company", "How partners know us", value=policy.company),
        SetupInput(
            "two_people",
            "Two people approve deals from",
            value=two_people,
            hint="An amount in the deal's own currency. Empty: one person always suffices",
            is_optional=True,
        ),
        SetupInput("lapse", "Cards lapse after, in days", value=days),
        SetupInput(
            "digest", "Digest at", value=f"{policy.digest_at:%H:%M}", hint="In everybody's own time, like 08:30"
        ),
    )


def company_edits(typed: Typed, changed: Collection[str]) -> Edits:
    """What the form of our own company says of what was changed in it."""
    wrong: dict[str, str] = {}
    read: Mapping[str, tuple[str, Callable[[str], object], str]] = {
        "company": ("company", _name, "Say how partners know us."),
        "two_people": ("two_people_from", _amount, "Type a whole amount, like 250000, or nothing."),
        "lapse": ("approval_expires_after", _days, "Type a whole number of days, 1 to 60."),
        "digest": ("digest_at", _time, "Type a time of day, like 08:30."),
    }
    edits = []
    for name in changed:
        key, reader, why = read[name]
        try:
            edits.append(Edit(POLICY, (key,), reader(_text(typed, name))))
        except ValueError:
            wrong[name] = why
    return wrong or edits


def people_inputs(ports: Ports) -> tuple[SetupInput, ...]:
    """Who operates, and who administers."""
    coverage = ports.config.coverage
    return (
        SetupInput(
            "operators", "Operators", Kind.PEOPLE, _ids(coverage.operators, ports), hint="Exceptions reach them"
        ),
        SetupInput("admins", "Admins", Kind.PEOPLE, _ids(coverage.admins, ports), hint="They set cosell up"),
    )


def people_edits(typed: Typed, by: Person, ports: Ports) -> Edits:
    """Who operates and administers from now on, and whom Slack does not know, who could not be shown.

    Whoever sends it stays an admin, so that somebody is.
    """
    wrong: dict[str, str] = {}
    coverage = ports.config.coverage
    operators = [*_emails(typed, "operators", wrong, ports), *_unknown(coverage.operators, ports)]
    admins = [*_emails(typed, "admins", wrong, ports), *_unknown(coverage.admins, ports)]
    if not operators and "operators" not in wrong:
        wrong["operators"] = "Somebody has to be told of what is stuck."
    if by.email not in admins and "admins" not in wrong:
        wrong["admins"] = "You would not be an admin any more. Ask another admin to take you out."
    return wrong or [Edit(COVERAGE, ("operators",), operators), Edit(COVERAGE, ("admins",), admins)]


def partner_inputs(partner: Partner | None, ports: Ports) -> tuple[SetupInput, ...]:
    """A partner, where its referrals are filed, and the channel we share."""
    named = [partner.portal] if partner and partner.portal else []
    portals = tuple((key, key) for key in sorted({*ports.config_files.portals, *named}))
    has_block = partner is not None and partner.grant is not None
    options = [*([(_KEPT, "What partners.yml says")] if has_block else []), *_SHARES]
    return (
        SetupInput("name", "Name", value=partner.name if partner else ""),
        SetupInput(
            "portal",
            "Portal",
            Kind.PICK,
            (partner.portal if partner else None) or NOWHERE,
            options=((NOWHERE, "None: ranked, and nothing is filed"), *portals),
        ),
        SetupInput(
            "teams",
            "Its Slack organisations",
            value=", ".join(partner.team_ids) if partner else "",
            hint="Ids like T0123456, from the shared channel's details",
            is_optional=True,
        ),
        SetupInput(
            "shares",
            "What /cosell share proposes to it",
            Kind.PICK,
            _KEPT if has_block else _STANDARD if partner is None else NOWHERE,
            options=tuple(options),
            hint="Nothing crosses before somebody of theirs agrees",
        ),
        SetupInput(
            "channel",
            "The channel we share",
            Kind.CHANNEL,
            partner.shared_channel or "" if partner else "",
            is_optional=True,
        ),
    )


def partner_edits(key: str, typed: Typed, changed: Collection[str], config: Configuration) -> Edits:
    """What the form of a partner says of what was changed in it; one without a key is a new one."""
    partner = next((partner for partner in config.partners if partner.key == key), None)
    others = [each for each in config.partners if each is not partner]
    teams = [team for team in re.split(r"[\s,;]+", _text(typed, "teams").upper()) if team]
    if wrong := _partner_complaints(typed, teams, others):
        return wrong
    portal, shares = _text(typed, "portal"), _text(typed, "shares")
    said: dict[str, tuple[str, object]] = {
        "name": ("name", _text(typed, "name")),
        "portal": ("portal", None if portal == NOWHERE else portal),
        "teams": ("team_ids", teams),
        "channel": ("shared_channel", _text(typed, "channel") or None),
        "shares": ("grant", _grant() if shares == _STANDARD else None),
    }
    row = dict(each for name, each in said.items() if name in changed or partner is None)
    if partner is None:
        new = fresh_name(_text(typed, "name"), {each.key for each in others}, "partner")
        return [Edit(PARTNERS, (new,), {"key": new, **{name: value for name, value in row.items() if value}})]
    if "name" in row:  # the CRM goes on calling it what it did
        row["aliases"] = [*partner.aliases, partner.name]
    return [Edit(PARTNERS, (key, field), value) for field, value in row.items()]


def _partner_complaints(typed: Typed, teams: Sequence[str], others: Sequence[Partner]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    name, channel = _text(typed, "name"), _text(typed, "channel")
    taken = {team: partner.name for partner in others for team in partner.team_ids}
    if not name:
        wrong["name"] = "Say how the partner is called."
    if any(partner.name.casefold() == name.casefold() for partner in others):
        wrong["name"] = "Another partner is called so."
    if double := next((team for team in teams if team in taken), None):
        wrong["teams"] = f"{double} is {taken[double]}'s."
    if strange := next((team for team in teams if not _TEAM.fullmatch(team)), None):
        wrong["teams"] = f"{strange} is no id of a Slack organisation."
    if channel and (other := next((each.name for each in others if each.shared_channel == channel), None)):
        wrong["channel"] = f"This is the channel we share with {other}."
    return wrong


def coverage_inputs(row: CoverageRow | None, ports: Ports, channel: str = "") -> tuple[SetupInput, ...]:
    """Who looks after which partner where, and in which channel; a new row may be about a channel."""
    partners = tuple((partner.key, partner.name) for partner in ports.config.partners)
    manager, backup = (
        _ids([email], ports)[:1] if row else () for email in ((row.manager, row.backup) if row else ("", ""))
    )
    return (
        SetupInput("partner", "Partner", Kind.PICK, row.partner if row else "", options=partners),
        SetupInput(
            "region",
            "Region",
            value=row.region if row else EVERYWHERE,
            hint="The deal owner's region in the CRM; * is everywhere",
        ),
        SetupInput("channel", "Alliance channel, of our own people", Kind.CHANNEL, row.channel if row else channel),
        SetupInput("manager", "Alliance manager", Kind.PERSON, "".join(manager)),
        SetupInput("backup", "Stands in", Kind.PERSON, "".join(backup)),
    )


def coverage_edits(number: str, typed: Typed, ports: Ports) -> Edits:
    """What the form of a row says; one without a number is a new one, behind those there are."""
    wrong: dict[str, str] = {}
    people = {name: _emails(typed, name, wrong, ports) for name in ("manager", "backup")}
    row = {name: _text(typed, name) for name in ("partner", "region", "channel")}
    asked = {"partner": "Pick a partner.", "region": "Name a region, or *.", "channel": "Pick a channel."}
    wrong |= {name: said for name, said in asked.items() if not row[name]}
    if wrong:
        return wrong
    value = {**row, **{name: emails[0] for name, emails in people.items()}}
    return [Edit(COVERAGE, ("rows", number or "another"), value)]


def _grant() -> dict[str, object]:
    """What is proposed to most partners: what a referral, its handoff and the joint forecast are made of."""
    return {
        "purposes": [Purpose.REFERRAL.value, Purpose.HANDOFF.value, Purpose.FORECAST.value],
        "fields": [field.value for field in Field if field not in _NOT_PROPOSED],
        "deals": "all",
        "for": "P365D",
    }


def shadowed(rows: Sequence[CoverageRow]) -> Iterator[int]:
    """The rows that are never asked, since one before them fits wherever they do."""
    for n, row in enumerate(rows):
        if any(each.partner == row.partner and each.region in {EVERYWHERE, row.region} for each in rows[:n]):
            yield n


def _emails(typed: Typed, name: str, wrong: dict[str, str], ports: Ports) -> list[str]:
    given = typed.get(name, ())
    people = [ports.people.person("", each) for each in ([given] if isinstance(given, str) else given) if each]
    ours = [person.email for person in people if person.email and person.role not in {Role.PARTNER, Role.STRANGER}]
    if len(ours) < len(people) or (not people and isinstance(given, str)):
        wrong[name] = _ADDRESS
    return ours


def _ids(emails: Sequence[str], ports: Ports) -> tuple[str, ...]:
    return tuple(person.user_id for email in emails if (person := ports.people.by_email(email)) is not None)


def _text(typed: Typed, name: str) -> str:
    value = typed.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _unknown(emails: Sequence[str], ports: Ports) -> list[str]:
    return [email for email in emails if ports.people.by_email(email) is None]


def _name(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _amount(text: str) -> int | None:
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or int(text.replace(",", "")) == 0:
        raise ValueError(text)
    return int(text.replace(",", ""))


def _days(text: str) -> str:
    if not 1 <= int(text) <= 60:  # noqa: PLR2004 - said beside the input
        raise ValueError(text)
    return f"P{int(text)}D"


def _time(text: str) -> str:
    return f"{time.fromisoformat(text):%H:%M}"
