"""The live joint forecast: gathered from what a grant releases, drawn in the shared channel, the same for our people.

Both companies read what `gather` makes. It is made again in the transaction that lets a message out: what a grant no
longer releases does not leave, whatever was drawn a moment ago.
"""

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import replace

from motions.answer_surfaces import Answer, ProblemAnswer
from motions.deals import OpportunityId
from motions.drawings import kept
from motions.effects import Recovery, Undo
from motions.errors import Unavailable
from motions.grant_cards import holds_no_deal
from motions.grants import Grant, Purpose, standing_grant, standing_grants
from motions.joining import wake
from motions.joint import RELEASABLE, SHOWN, JointForecast, forecast, joint_line, whole
from motions.labels import Label, join
from motions.model import Band, MessageRef, PartnerKey, Token
from motions.performing import Plan
from motions.policy import ActionKind, Autonomy, Partner
from motions.ports import Ports, Surroundings
from motions.posting import post, rewrite
from motions.proposals import sha256_of_text
from motions.records import UnitOfWork
from motions.space_journal import keep_space, subject_of
from motions.spaces import Line, Space

_EMPTY = Token("")


def gather(partner: Partner, uow: UnitOfWork, ports: Surroundings, *, is_locking: bool = False) -> JointForecast:
    """The one view of the pipeline with a partner, of what grants release at this moment.

    With `is_locking` nobody revokes one of them before this transaction ends.
    """
    space = uow.spaces.get(partner.key) or Space(partner.key, _EMPTY)
    shared = shared_lines(partner.key, uow, ports, is_locking=is_locking)
    released = {grant.id: released_by(grant, ports) for grant in {grant.id: grant for _, grant in shared}.values()}
    drawn = ((line, released[grant.id]) for line, grant in shared)
    return forecast(space, drawn, our_name=ports.config.policy.company, partner_name=partner.name)


def glance(partner: Partner, uow: UnitOfWork, ports: Ports, *, is_locking: bool = False) -> JointForecast:
    """`gather`'s view with as many lines as a message shows: of all others only those that changed are read."""
    key = partner.key
    space = uow.spaces.get(key) or Space(key, _EMPTY)
    grants = standing_grants(key, Purpose.FORECAST, uow, ports.clock.now(), is_locking=is_locking)
    versions = uow.spaces.open_versions(key) if grants else {}
    sharing = _sharing(versions, grants, uow) if versions else {}
    released = {grant.id: frozenset(released_by(grant, ports)) for grant in grants}
    wanted = {deal: (versions[deal], released[grant.id]) for deal, grant in sharing.items() if released[grant.id]}
    gists = ports.pipelines.gists(key, wanted, lambda deals: uow.spaces.some_lines(key, deals))
    ordered = sorted(gists.items(), key=lambda each: each[1].place)
    first = [deal for deal, _ in ordered[:SHOWN]]
    lines = {line.deal: joint_line(line, wanted[line.deal][1]) for line in uow.spaces.some_lines(key, first)}
    company = ports.config.policy.company
    return whole(space, [gist for _, gist in ordered], [lines[deal] for deal in first], company, partner.name)


def shared_lines(
    partner: PartnerKey, uow: UnitOfWork, ports: Surroundings, *, is_locking: bool = False
) -> Sequence[tuple[Line, Grant]]:
    """The open lines that a standing grant shares for the forecast now, each with the newest such grant; in bulk."""
    lines = uow.spaces.open_lines(partner)
    grants = standing_grants(partner, Purpose.FORECAST, uow, ports.clock.now(), is_locking=is_locking)
    known = uow.spaces.open_versions(partner) if lines and grants else {}
    sharing = _sharing(known, grants, uow) if known else {}
    return [(line, sharing[line.deal]) for line in lines if line.deal in sharing]


def releases(line: Line, uow: UnitOfWork, ports: Surroundings) -> Collection[str]:
    """The fields of a line that may be shown to its partner now: those of a standing grant that are shareable."""
    grant = grant_on(line, uow, ports)
    return released_by(grant, ports) if grant is not None else set()


def released_by(grant: Grant, ports: Surroundings) -> Collection[str]:
    """The fields of any line that a grant shares which may be shown to its partner."""
    allowed = {field.value for field in grant.allows(Purpose.FORECAST)}
    return {name for name in allowed & RELEASABLE if _is_shareable(name, ports)}


def grant_on(line: Line, uow: UnitOfWork, ports: Surroundings) -> Grant | None:
    """The grant that shares a line's deal for the forecast now."""
    deal = uow.deals.get(line.deal)
    return standing_grant(line.partner, deal, Purpose.FORECAST, uow, ports.clock.now()) if deal is not None else None


def show_forecast(partner_key: PartnerKey, revision: int, ports: Ports) -> None:
    """Segment: make the message in the shared channel show what is released and true now; posted empty at first."""
    partner = partner_named(partner_key, ports)
    if partner is None:  # it has left partners.yml since
        return
    channel = partner.shared_channel
    space, view = ports.durable.read(lambda uow: (uow.spaces.get(partner_key), glance(partner, uow, ports)))
    if channel is None or space is None or not may_speak(ports):
        return
    ref = space.place
    if ref is None or ref.channel != channel:
        if not view.lines:
            return
        ref = _post_empty(view, partner, channel, ports)
    _draw(view, ref, partner, revision, ports)


def sweep(ports: Ports, seen: MutableMapping[PartnerKey, object]) -> int:
    """Have every message drawn again that shows something else than what is released and true now. How many.

    `seen` keeps from sweep to sweep what a message was last found up to date with, so that lines are read when
    something has moved and not every ten seconds.
    """
    stale = [partner for partner in ports.config.partners if _is_stale(partner, ports, seen)]
    for partner in stale:
        with ports.store.transaction() as uow:
            wake(partner.key, uow, ports)
    return len(stale)


def answer_forecast(asked: str, ports: Ports) -> Answer:
    """`/cosell forecast <partner>`: the very view the partner has."""
    partner = partner_named(asked, ports)
    if partner is None:
        known = ", ".join(each.name for each in ports.config.partners)
        return ProblemAnswer(f"No partner is called “{asked}”.", "Nothing was changed.", f"Name one of: {known}.")
    view = ports.durable.read(lambda uow: glance(partner, uow, ports))
    if not view.lines:
        return ProblemAnswer(
            f"No deal stands in a joint pipeline with {partner.name}.",
            "Deals come in when they are handed over, as far as a grant shares them for the forecast.",
            f"`/cosell share {partner.key}` proposes what is shared.",
        )
    return view


def partner_named(asked: str, ports: Surroundings) -> Partner | None:
    """The partner of this key or name, however it is written."""
    said = asked.strip().casefold()
    names = ((partner, {partner.key, partner.name.casefold()}) for partner in ports.config.partners)
    return next((partner for partner, known in names if said in known), None)


def may_speak(ports: Surroundings) -> bool:
    """A grant with this purpose is what both sides approved; policy may still forbid whatever partners see."""
    return ports.config.policy.autonomy_for(ActionKind.PARTNER_VISIBLE, Band.HIGH) is not Autonomy.FORBID


def _post_empty(view: JointForecast, partner: Partner, channel: str, ports: Ports) -> MessageRef:
    """The message without a line: what a lost answer is looked up by must never hold what may be revoked meanwhile."""
    subject = subject_of(partner.key)
    plan = Plan(
        key=f"{subject}:message:{channel}",
        subject=subject,
        kind="slack.forecast",
        destination=channel,
        audience=partner.key,
        surface=JointForecast(view.our_name, view.partner_name, (), (), _EMPTY, deals=0, conflicts=0),
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ref = MessageRef(channel, ports.durable.step("forecast", lambda: post(plan, ports, guard=holds_no_deal)))
    ports.durable.transaction("placed", lambda uow: _note(partner.key, ref, "", uow, ports))
    return ref


def _draw(view: JointForecast, ref: MessageRef, partner: Partner, revision: int, ports: Ports) -> None:
    subject, content = subject_of(partner.key), _content(view)
    plan = Plan(
        key=f"{subject}:message.{revision}",
        subject=subject,
        kind="slack.forecast.update",
        destination=ref.channel,
        audience=partner.key,
        surface=view,
        recovery=Recovery.REPEAT,
        undo=Undo.REVERSIBLE,
    )

    def guard(uow: UnitOfWork) -> None:
        if _content(glance(partner, uow, ports, is_locking=True)) != content:
            raise Unavailable("the joint forecast", "it moved while it was drawn", retry_after=0.2)

    def send() -> str:
        rewrite(plan, ref, ports, guard=guard)
        return content

    shown = ports.durable.step("drawn", send)  # who begins again here may have gathered something newer than was sent
    ports.durable.transaction("shown", lambda uow: _note(partner.key, ref, shown, uow, ports))


def _note(partner: PartnerKey, place: MessageRef, shown: str, uow: UnitOfWork, ports: Ports) -> None:
    space = uow.spaces.locked(partner)
    assert space is not None
    after = replace(space, place=place, shown=shown)
    if after != space:
        keep_space(uow, after, at=ports.clock.now())


def _is_stale(partner: Partner, ports: Ports, seen: MutableMapping[PartnerKey, object]) -> bool:
    def look(uow: UnitOfWork) -> bool:
        space = uow.spaces.get(partner.key)
        if space is None:
            return False
        standing = _stamp(space, uow, ports)
        if seen.get(partner.key) == standing:
            return False
        view = glance(partner, uow, ports)
        is_out = space.place is not None and space.place.channel == partner.shared_channel
        is_stale = space.shown != _content(view) if is_out else bool(view.lines)
        if not is_stale:
            seen[partner.key] = standing
        return is_stale

    if partner.shared_channel is None or not may_speak(ports):
        return False
    # A drawing that is under way, or waits for its next try, shows what is true by then: no line is read for it here.
    return not ports.durable.is_under_way(f"space:{partner.key}:") and ports.durable.read(look)


def _stamp(space: Space, uow: UnitOfWork, ports: Ports) -> object:
    """What is another whenever the view may be: the space, its lines, and what is shared of them."""
    grants = standing_grants(space.partner, Purpose.FORECAST, uow, ports.clock.now())
    if not all(grant.deals.everything for grant in grants):
        return object()  # a deal may come under such a grant, or leave it, by anything that is read of it
    lines = uow.spaces.open_stamp(space.partner)
    return space, lines, tuple(grant.id for grant in grants), ports.in_force.number  # labels, names and channels


def _sharing(ids: Collection[OpportunityId], grants: Sequence[Grant], uow: UnitOfWork) -> Mapping[OpportunityId, Grant]:
    """The newest grant that shares each deal; the deals themselves are read only where some are not covered."""
    if grants[-1].deals.everything:
        return dict.fromkeys(ids, grants[-1])
    covering = {
        deal.id: next((grant for grant in reversed(grants) if grant.deals.covers(deal)), None)
        for deal in uow.deals.some([*ids]).values()
    }
    return {deal: grant for deal, grant in covering.items() if grant is not None}


def _content(view: JointForecast) -> str:
    return sha256_of_text(kept(view))[:16]


def _is_shareable(name: str, ports: Surroundings) -> bool:
    origins = ports.origins.get(name, ())
    labels = [ports.config.fields.label_at(origin) for origin in origins]
    return bool(labels) and join(*labels).is_within(Label.SHAREABLE)
