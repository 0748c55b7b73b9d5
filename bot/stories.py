"""Printing a motion's story for the terminal, section by section; reads the store, starts nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.settings import Settings
from motions.canonical import spelled
from motions.effects import EffectStatus
from motions.explaining import Basis, Story, Turn, motions_named, tell
from motions.knowing import Tally
from motions.model import Motion
from motions.proposals import Verdict
from motions.records import LogEntry, Segment
from store.engine import open_engine
from store.migrate import upgrade
from store.unit import SqlStore

_TOLD_ABOVE = ("effect.", "motion.noted")
_ASKED = {
    None: "waiting for a decision",
    Verdict.APPROVED: "approved",
    Verdict.DENIED: "denied",
    Verdict.REPLACED: "replaced by another",
    Verdict.EXPIRED: "not decided in time",
    Verdict.REVOKED: "approved, and taken back",
    Verdict.COVERED: "covered by another approval",
}


def print_story(asked: str, settings: Settings, console: Console | None = None) -> bool:
    """Print the story of every motion that is meant; False when there is none."""
    motions = open_store(settings).read(lambda uow: [tell(motion.id, uow) for motion in motions_named(asked, uow)])
    for story in filter(None, motions):
        show(story, console or Console())
    return bool(motions)


def open_store(settings: Settings) -> SqlStore:
    """The store without an engine of segments behind it: reading only."""
    engine = open_engine(settings.cosell_database_url)
    upgrade(engine)
    return SqlStore(engine, _refuse)


def show(story: Story, console: Console) -> None:
    """Where the motion stands, each decision with what was known for it, what happened outside, and the log."""
    motion, clocks = story.motion, story.clocks
    console.print(Text(f"{motion.deal_name} with {motion.partner}: {motion.state.value}", style="bold"))
    console.print(Text(f"Next: {motion.next_act}. Motion {motion.id}, deal {motion.opportunity_id}."))
    wait = f"of which people {said(clocks.human_wait)}"
    console.print(f"T_match {said(clocks.match)}, T_first {said(clocks.first)}, T_e2e {said(clocks.e2e)}, {wait}.")
    if not story.turns and story.basis is not None:
        _head("Nobody was asked yet", console)
        _show_basis(story.basis, console)
    for number, (before, turn) in enumerate(pairwise((None, *story.turns)), 1):
        assert turn is not None
        kind, outcome = turn.proposal.kind.value, _outcome(turn, story.motion)
        _head(f"Decision {number} of {len(story.turns)}, {kind}: {outcome}", console)
        _show_turn(turn, before, console)
    _head("What happened outside", console)
    console.print(effects_table(story))
    _head("The log", console)
    console.print(_lines_table(story))


def effects_table(story: Story) -> Table:
    """Every effect with its outcome, the other side's id, and which bytes were sent."""
    table = Table("begun (UTC)", "effect", "outcome", "tries", "external id", "where", "payload", box=None)
    for effect in story.effects:
        outcome = f"{effect.status.value}: {effect.detail}" if effect.detail else effect.status.value
        if effect.status is EffectStatus.UNKNOWN:
            outcome += f"; say what you found: cosell effect {effect.key} …"
        cells = (effect.kind, outcome, str(effect.tries), effect.external_id or "", effect.destination)
        table.add_row(f"{effect.first_started_at:%H:%M:%S}", *map(Text, cells), effect.sha256[:12])
    return table


def said(duration: timedelta | None) -> str:
    """'3.2 s', or a dash."""
    return "-" if duration is None else f"{duration.total_seconds():.1f} s"


def _show_turn(turn: Turn, before: Turn | None, console: Console) -> None:
    """One decision; what is the same as at the one before it is not shown again."""
    if turn.basis is not None and (before is None or before.basis != turn.basis):
        _show_basis(turn.basis, console)
    if before is None or (before.brief, before.brief_by) != (turn.brief, turn.brief_by):
        _show_brief(turn, console)
    _show_request(turn, console)
    _show_decisions(turn, console)


def _show_basis(basis: Basis, console: Console) -> None:
    match, known = basis.match, basis.known
    if known is None:
        _say("What was known is not kept: the version before decided this.", console)
    else:
        _label(f"The deal as it was scored, {_moment(match.decided_at)}", console)
        fields = {name: value for name, value in _flat(spelled(known.deal)) if value or not name.startswith("cosell.")}
        _pairs(((name, value) for name, value in fields.items() if value), console)
        _say(f"Not known: {', '.join(name for name, value in fields.items() if not value) or 'nothing'}", console)
        _label(f"Closed deals as they were counted (policy {known.policy_version})", console)
        _pairs(((_where(each), f"won {each.won} of {each.closed}") for each in known.tallies), console)
        if not known.tallies:
            _say("There were none to count.", console)
    _label(f"The partners, by rules {match.rule_version}", console)
    for score in match.ranked:
        why = f", left out: {score.excluded_because}" if score.excluded_because else ""
        _say(f"{score.partner}: {score.score} of 100, {score.band.value}{why}", console)
        _pairs(((f"{each.points:+.2f}", f"{each.text} [{each.evidence}]") for each in score.reasons), console, by=4)


def _show_brief(turn: Turn, console: Console) -> None:
    _label(f"The brief, written by {turn.brief_by or 'nobody yet'}", console)
    _say(turn.brief, console)
    _say(f"Not known: {', '.join(turn.missing) or 'nothing'}", console)


def _show_request(turn: Turn, console: Console) -> None:
    proposal, approval = turn.proposal, turn.approval
    _label(f"What was asked, {_moment(proposal.created_at)}: {proposal.kind.value} with {proposal.audience}", console)
    if approval.verdict is not Verdict.REPLACED:
        _pairs(((path, value or "-") for path, value in _flat(proposal.payload)), console)
    _say(f"Sealed {approval.seal}", console)
    _say(f"under policy {proposal.policy_version}, to be answered by {_moment(approval.expires_at)}.", console)
    if proposal.problems:
        _say("It could not be approved: " + " ".join(problem.message for problem in proposal.problems), console)


def _show_decisions(turn: Turn, console: Console) -> None:
    _label("Who decided", console)
    _pairs(((_moment(entry.at), _who(entry)) for entry in turn.decisions), console)
    if not turn.decisions:
        _say(turn.approval.decided_name or "Nobody.", console)


def _outcome(turn: Turn, motion: Motion) -> str:
    """What became of a request; one that nobody decided ends with its epoch."""
    if turn.approval.verdict is None and turn.approval.epoch != motion.epoch:
        return "out of date before anybody decided"
    return _ASKED[turn.approval.verdict]


def _who(entry: LogEntry) -> str:
    """'Priya Raman (alliance manager, our own organisation, T0/U0): approved'."""
    changes = entry.detail.get("changes")
    reason = changes.get("reason") if isinstance(changes, dict) else entry.detail.get("reason")
    organisation = entry.detail.get("organisation", "an organisation not kept")
    place = "our own organisation" if organisation == "ours" else f"of {organisation}"
    role = entry.detail.get("role", "role not kept")
    who = f"{entry.actor} ({role}, {place}, {entry.detail['by']})" if entry.detail.get("by") else entry.actor
    said_ = entry.event.removeprefix("approval.").replace("-", " ")
    return f"{who}: {said_}" + (f", “{reason}”" if reason else "")


def _lines_table(story: Story) -> Table:
    table = Table("when (UTC)", "what", "who", "detail", box=None)
    for line in story.lines:
        if line.event.startswith(_TOLD_ABOVE):
            continue
        table.add_row(f"{line.at:%Y-%m-%d %H:%M:%S}", line.event, Text(line.actor), Text(line.detail))
    return table


def _where(tally: Tally) -> str:
    return f"{tally.partner or 'any partner'}, {tally.segment or 'any industry'}"


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested values as dotted names with texts; what there is none of as an empty text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple) and any(isinstance(inner, dict | list | tuple) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{path}.{number}")
    elif isinstance(value, list | tuple):
        yield path, ", ".join(map(str, value))
    else:
        yield path, "" if value is None else str(value)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _head(title: str, console: Console) -> None:
    console.print()
    console.rule(Text(title, style="bold"), align="left", characters="─")


def _label(words: str, console: Console) -> None:
    console.print()
    console.print(Text(words, style="bold"))


def _say(words: str, console: Console) -> None:
    console.print(Padding(Text(words), (0, 0, 0, 2)))


def _pairs(pairs: Iterable[tuple[str, str]], console: Console, *, by: int = 2) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, value in pairs:
        grid.add_row(Text(name, style="dim"), Text(value))
    if grid.row_count:
        console.print(Padding(grid, (0, 0, 0, by)))


def _refuse(_session: object, _segment: Segment) -> None:
    raise RuntimeError("this store only reads")
