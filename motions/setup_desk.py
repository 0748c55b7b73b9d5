"""Setting cosell up in Slack: what is there and what is wrong with it, a form for each, in force when it is sent.

Admins change; operators read. It is the operators' files that are changed (`configuring`), so that everything here can
be done in them as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from motions.answer_surfaces import ProblemAnswer
from motions.configuring import put_in_force
from motions.coverage import CoverageRow
from motions.decision_records import ExceptionQuery
from motions.errors import ConnectorError, UserMistake
from motions.model import Person, Role, Token
from motions.places import meant_for, recheck
from motions.policy import Configuration, Partner
from motions.ports import Ports
from motions.posting import AUDIENCE_CHANGED
from motions.setup_forms import (
    EVERYWHERE,
    POLICY,
    Edits,
    company_edits,
    company_inputs,
    coverage_edits,
    coverage_inputs,
    partner_edits,
    partner_inputs,
    people_edits,
    people_inputs,
    shadowed,
)
from motions.setup_surfaces import Kind, SetupForm, SetupInput, SetupLine, SetupList, SetupStep, Typed
from motions.surfaces import ClickOutcome, ClickReply, Complaints
from motions.terms import OVERSEERS

COMPANY, PEOPLE, PARTNER, COVERAGE = "company", "people", "partner", "coverage"
_TITLES = {COMPANY: "Our company", PEOPLE: "People", PARTNER: "Partner", COVERAGE: "Who looks after whom"}

_ANOTHER_POLICY = (
    "The policy has another version now: what waits for approval is asked again, and standing approvals end."
)


def setup(asked: str, asker: Person, ports: Ports) -> SetupList | ProblemAnswer:
    """`/cosell setup`, and `/cosell setup <word>`: only what has it in it."""
    if asker.role not in OVERSEERS:
        return ProblemAnswer(
            "Admins set cosell up.",
            "Nothing was changed.",
            "Ask one of them, or put yourself under admins in coverage.yml.",
        )
    reader = _Reader(ports, may_change=asker.role is Role.ADMIN)
    steps = (reader.company(), reader.people(), reader.partners(), reader.coverage())
    return SetupList(tuple(narrowed for step in steps if (narrowed := _with(asked, step))) if asked else steps, asked)


def setup_form(token: Token, by: Person, ports: Ports) -> SetupForm | ClickReply:
    """The form a button opens, or why there is none."""
    if by.role is not Role.ADMIN:
        return _nothing("Admins set cosell up. Nothing was changed.")
    _, kind, which = _read(token)
    present = _token(ports, kind, which)  # before what it is about is read: what changes in between is told of
    inputs = _inputs(kind, which, ports)
    is_of_another = kind == COVERAGE and which.isdigit() and token != present  # rows are counted, and have no names
    if which in meant_for(ports.config):
        return _nothing("This channel is set up already. Nothing was changed; /cosell setup shows it.")
    if inputs is None or is_of_another:
        return _nothing("This is not there any more. Nothing was changed; /cosell setup shows what there is.")
    return SetupForm(present, _TITLES[kind], inputs)


def token_for(channel: str, ports: Ports) -> Token:
    """What opens the form of a new row about a channel."""
    return _token(ports, COVERAGE, channel)


def save_setup(token: Token, by: Person, typed: Typed, ports: Ports) -> ClickReply | Complaints:
    """Put what was typed in force, and say what a look at it found; or what is wrong beside each input."""
    form = setup_form(token, by, ports)
    if isinstance(form, ClickReply):
        return form
    if form.token != token:
        return _nothing("Somebody changed something meanwhile, so nothing was changed. Open it again.")
    number, kind, which = _read(token)
    changed = [each.name for each in form.inputs if not _is_same(each, typed)]
    if not changed:
        return _nothing("Nothing was different, so nothing was changed.")
    edits = _edits(kind, which, typed, changed, by, ports)
    if isinstance(edits, Mapping):
        return edits
    try:
        put_in_force(edits, number, f"{_TITLES[kind].lower()} set up", by, ports)
    except UserMistake as mistake:
        return _nothing(str(mistake))
    ends = _ANOTHER_POLICY if any(edit.file == POLICY for edit in edits) else ""
    looked = _looked(typed, ports) if "channel" in changed or _is_channel(kind, which) else ""
    return ClickReply(ClickOutcome.DONE, " ".join(["In force now.", *filter(None, (ends, looked))]))


class _Reader:
    """The list, read in one go."""

    def __init__(self, ports: Ports, *, may_change: bool) -> None:
        self._ports = ports
        self._may_change = may_change
        self._number = ports.in_force.number
        self._config: Configuration = ports.config
        found = ports.durable.read(lambda uow: uow.exceptions.listing(ExceptionQuery(code=AUDIENCE_CHANGED, limit=200)))
        self._wrong = {item.subject.removeprefix("channel:"): item.reason for item in found}

    def company(self) -> SetupStep:
        policy = self._config.policy
        amount = f"from {policy.two_people_from:,f} on" if policy.two_people_from is not None else "never"
        says = (
            f"Partners know us as {policy.company}. Two people approve {amount}. Cards lapse after "
            f"{policy.approval_expires_after.days} days. Digests come at {policy.digest_at:%H:%M}."
        )
        return SetupStep("Our company", (SetupLine(says, token=self._token(COMPANY, "")),))

    def people(self) -> SetupStep:
        coverage = self._config.coverage
        lines = []
        for title, emails in (("Operators", coverage.operators), ("Admins", coverage.admins)):
            token = self._token(PEOPLE, "") if title == "Operators" else None
            says = f"{title}: {', '.join(emails) or 'nobody'}"
            lines.append(SetupLine(says, problems=self._unknown(*emails), token=token))
        return SetupStep("People", tuple(lines))

    def partners(self) -> SetupStep:
        lines = [
            SetupLine(
                self._partner(each), each.shared_channel, self._partner_problems(each), self._token(PARTNER, each.key)
            )
            for each in self._config.partners
        ]
        missing = "" if lines else "There is none yet, so nothing is ranked and nothing is filed."
        return SetupStep("Partners", tuple(lines), self._add("Add a partner", PARTNER), missing)

    def coverage(self) -> SetupStep:
        rows, hidden = self._config.coverage.rows, set(shadowed(self._config.coverage.rows))
        lines = []
        for n, row in enumerate(rows):
            where = "everywhere" if row.region == EVERYWHERE else f"in {row.region}"
            says = f"{self._config.name_of(row.partner)} {where}: {row.manager}, then {row.backup}"
            never = ("A row above fits wherever this one does, so this one is never asked.",) if n in hidden else ()
            problems = (*self._unknown(row.manager, row.backup), *self._channel(row.channel), *never)
            lines.append(SetupLine(says, row.channel, problems, self._token(COVERAGE, str(n))))
        add = self._add("Add a row", COVERAGE) if self._config.partners else None
        missing = "" if lines else "Nobody looks after any partner yet, so no motion starts."
        return SetupStep("Who looks after whom", tuple(lines), add, missing)

    def _partner(self, partner: Partner) -> str:
        portal = f"filed with {partner.portal}" if partner.portal else "ranked, nothing is filed"
        shared = "shared channel" if partner.shared_channel else "no shared channel"
        return f"{partner.name}: {portal}, {shared}"

    def _partner_problems(self, partner: Partner) -> tuple[str, ...]:
        found = list(self._channel(partner.shared_channel)) if partner.shared_channel else []
        if partner.portal and partner.key not in {row.partner for row in self._config.coverage.rows}:
            found.append("Nobody looks after it, so no motion with it starts. Add a row below.")
        rules = [
            rule for rule in self._config.rulebook.rules if {partner.key, "*"} & set(rule.partners) and rule.enabled
        ]
        if partner.portal and not rules:
            closed = f"before {self._config.policy.minimum_evidence} deals with it are closed"
            found.append(f"No match rule speaks of it, so no motion starts {closed}. Add one with /cosell rules.")
        if partner.shared_channel and not partner.team_ids:
            found.append("Its Slack organisations are not named, so nobody of it is known and nothing is sent there.")
        return tuple(found)

    def _channel(self, channel: str) -> tuple[str, ...]:
        return (self._wrong[channel],) if channel in self._wrong else ()

    def _unknown(self, *emails: str) -> tuple[str, ...]:
        try:
            unknown = [email for email in dict.fromkeys(emails) if self._ports.people.by_email(email) is None]
        except ConnectorError as error:
            return (f"Nobody could be looked up: {error}.",)
        return tuple(f"Slack knows nobody of ours as {email}." for email in unknown)

    def _token(self, kind: str, which: str) -> Token | None:
        return _token_of(self._number, kind, which) if self._may_change else None

    def _add(self, label: str, kind: str) -> tuple[str, Token] | None:
        token = self._token(kind, "")
        return (label, token) if token is not None else None


def _with(asked: str, step: SetupStep) -> SetupStep | None:
    """The step with only the lines that have this in them; None when none has."""
    lines = tuple(
        line
        for line in step.lines
        if any(asked.casefold() in text.casefold() for text in (line.says, line.channel or "", *line.problems))
    )
    return replace(step, lines=lines) if lines else None


def _inputs(kind: str, which: str, ports: Ports) -> tuple[SetupInput, ...] | None:
    """The form's inputs; None when what it was about is gone."""
    if kind == COMPANY:
        return company_inputs(ports.config)
    if kind == PEOPLE:
        return people_inputs(ports)
    if kind == PARTNER:
        partner = next((each for each in ports.config.partners if each.key == which), None)
        return partner_inputs(partner, ports) if partner or not which else None
    if _is_channel(kind, which):
        return coverage_inputs(None, ports, which)
    row = _row(which, ports.config)
    return coverage_inputs(row, ports) if row or not which else None


def _is_same(shown: SetupInput, typed: Typed) -> bool:
    said = typed.get(shown.name, "")
    if shown.kind is Kind.PEOPLE:
        return set(said) == set(shown.value)
    return (said.strip() if isinstance(said, str) else said) == shown.value


def _edits(kind: str, which: str, typed: Typed, changed: Sequence[str], by: Person, ports: Ports) -> Edits:
    if kind == COMPANY:
        return company_edits(typed, changed)
    if kind == PEOPLE:
        return people_edits(typed, by, ports)
    if kind == PARTNER:
        return partner_edits(which, typed, changed, ports.config)
    return coverage_edits("" if _is_channel(kind, which) else which, typed, ports)


def _is_channel(kind: str, which: str) -> bool:
    return kind == COVERAGE and bool(which) and not which.isdigit()


def _row(which: str, config: Configuration) -> CoverageRow | None:
    rows = config.coverage.rows
    return rows[int(which)] if which.isdigit() and int(which) < len(rows) else None


def _looked(typed: Typed, ports: Ports) -> str:
    """What a look at the channel says that was just named: whom it is read by, in words."""
    channel = typed.get("channel")
    if not isinstance(channel, str) or not channel:
        return ""
    try:
        is_right = recheck(channel, ports)
    except ConnectorError as error:
        return f"Who reads the channel could not be asked now ({error}); it is asked before anything is sent there."
    if is_right:
        return "The channel is read by exactly those it is meant for."
    found = ports.durable.read(lambda uow: uow.exceptions.of(f"channel:{channel}"))
    return " ".join(["But look:", *(item.reason for item in found if item.resolved_at is None)])


def _token(ports: Ports, kind: str, which: str) -> Token:
    return _token_of(ports.in_force.number, kind, which)


def _token_of(number: int, kind: str, which: str) -> Token:
    return Token(f"{number}.{kind}:{which}")


def _read(token: Token) -> tuple[int, str, str]:
    number, _, rest = token.partition(".")
    kind, _, which = rest.partition(":")
    return (int(number) if number.isdigit() else -1), (kind if kind in _TITLES else COMPANY), which


def _nothing(said: str) -> ClickReply:
    return ClickReply(ClickOutcome.CHANGED_NOTHING, said)
