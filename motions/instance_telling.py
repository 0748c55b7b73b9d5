"""Our figures to the partner's own program: composed of what a grant releases, signed, sent once, the answer checked.

What it answers is compared with our own view and changes no figure of ours. It refuses to know how bytes travel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from motions.effects import Recovery
from motions.errors import AuthExpired, Rejected, Unavailable, UserMistake
from motions.forecasting import may_speak, partner_named, released_by, shared_lines
from motions.grant_terms import Signature, hash_of_terms
from motions.grants import Grant
from motions.instance_journal import note_answer
from motions.instance_wire import (
    KEY,
    MOST_ROWS,
    PATH,
    SIGNATURE,
    Amount,
    Answer,
    FiguresMessage,
    FiguresRow,
    GrantNamed,
    Outcome,
    answer_text,
    id_of,
    key_name,
    payload_of,
    question_text,
    read,
    spelled,
    spelled_sent,
)
from motions.joint import CUSTOMER, ref_of
from motions.mirrors import cells_of, differing, hash_of
from motions.model import PartnerKey
from motions.performing import Plan, perform
from motions.policy import Partner
from motions.ports import Outlet, Ports, Reply
from motions.proposals import sha256_of, sha256_of_text
from motions.records import Queue, Segment, UnitOfWork
from motions.space_journal import keep_space, subject_of
from motions.spaces import JointField, Line

TELL = "tell_instance"
REFUSED_AGAIN_AFTER = timedelta(minutes=15)
_MOVED = "the figures, or what is shared, moved while they were told; they are told anew"


@dataclass(frozen=True)
class Told:
    """What the partner's program made of our figures, and where the two views differ."""

    message: FiguresMessage
    answer: Answer
    differs: tuple[str, ...]  # 'Acme: amount'

    @property
    def is_equal(self) -> bool:
        """Whether both companies see the same of every deal that was taken."""
        return self.answer.outcome in {Outcome.TAKEN, Outcome.REPEATED} and not self.differs


def push(partner: Partner, person: str | None, ports: Outlet) -> Told:
    """Tell the partner's program our figures now. Raises UserMistake when there is nothing to tell, ConnectorError."""
    must_be_reachable(partner)
    message = _composed(partner, person, ports)
    if message is None:
        raise UserMistake(
            f"No figures of a named deal are shared with {partner.name} for the forecast, so nothing was sent. "
            f"`/cosell share {partner.key}` proposes what is shared; `cosell space add` puts deals in."
        )
    answer = _delivered(message, partner, ports)
    if answer is None:
        raise Unavailable(_system(partner), "this very message was told a moment ago, so nothing was sent")
    with ports.store.transaction() as uow:
        return _noted(message, answer, partner, uow, ports)


def must_be_reachable(partner: Partner) -> None:
    """Raise UserMistake unless partners.yml says where the partner's program is and which key is its own."""
    lacks = [name for name in ("url", "public_key") if getattr(partner, name) is None]
    if lacks:
        said = " and ".join(f"`{name}:`" for name in lacks)
        raise UserMistake(f"partners.yml has no {said} for {partner.name}, so nothing was sent.")


def our_key(partner: PartnerKey, ports: Outlet) -> str:
    """The public key the partner's program knows us by; made when there is none."""
    known = ports.signer.public_key(key_name(partner))
    return known or ports.signer.sign(key_name(partner), "").public_key


def tell_instance(partner_key: PartnerKey, revision: int, ports: Ports) -> None:
    """Segment: tell the partner's program our figures as they are now."""
    partner = partner_named(partner_key, ports)
    if partner is None or not _is_reachable(partner) or not may_speak(ports):
        return
    text = ports.durable.step("composed", lambda: _spelled(_composed(partner, None, ports)))
    message = read(FiguresMessage, text)
    if message is None:
        return
    said = ports.durable.step("told", lambda: _spelled(_delivered(message, partner, ports)))
    answer = read(Answer, said)
    if answer is None:  # told before a crash, the answer gone with it: the sweep tells again what is true then
        return

    def note(uow: UnitOfWork) -> None:
        _noted(message, answer, partner, uow, ports)
        if answer.refused:  # the deal may be put in there tomorrow
            segment = Segment(TELL, f"instance-again:{partner_key}:{revision}:{TELL}", (partner_key, revision + 1))
            uow.enqueue(replace(segment, delay=REFUSED_AGAIN_AFTER))

    ports.durable.transaction("noted", note)


def sweep(ports: Ports) -> int:
    """Have every partner's program told that was told something else than what is released and true. How many."""
    stale = [partner for partner in ports.config.partners if _is_stale(partner, ports)]
    for partner in stale:
        with ports.store.transaction() as uow:
            _start(partner.key, uow, ports)
    return len(stale)


def _start(partner: PartnerKey, uow: UnitOfWork, ports: Ports) -> None:
    space = uow.spaces.locked(partner)
    assert space is not None
    revision = space.revision + 1
    keep_space(uow, replace(space, revision=revision), at=ports.clock.now())
    uow.enqueue(Segment(TELL, f"instance:{partner}:{revision}:{TELL}", (partner, revision), Queue.WORK))


def _composed(partner: Partner, person: str | None, ports: Outlet) -> FiguresMessage | None:
    with ports.store.transaction() as uow:
        shared = _shared(partner, uow, ports)
    if shared is None:
        return None
    grant, rows = shared
    if len(rows) > MOST_ROWS:
        raise Rejected(
            _system(partner), f"a message holds {MOST_ROWS} deals, and {len(rows)} are shared; none was sent"
        )
    said = {
        "id": "0" * 64,
        "from": our_key(partner.key, ports),
        "to": partner.public_key,
        "company": ports.config.policy.company,
        "person": person,
        "at": ports.clock.now(),
        "grant": grant,
        "rows": tuple(rows),
    }
    unnamed = FiguresMessage.model_validate(said)
    return unnamed.model_copy(update={"id": id_of(payload_of(unnamed))})


def _shared(
    partner: Partner, uow: UnitOfWork, ports: Outlet, *, is_locking: bool = False
) -> tuple[GrantNamed, Sequence[FiguresRow]] | None:
    """The grant that stands and our figures of what it releases; a deal without a shared name cannot be told."""
    told: list[tuple[Grant, str, FiguresRow]] = []
    for line, grant in shared_lines(partner.key, uow, ports, is_locking=is_locking):
        released = released_by(grant, ports)
        shares = tuple(name for name in JointField if name.value in released)
        if CUSTOMER in released and line.customer and shares:
            told.append((grant, ref_of(line), _row(line, shares)))
    if not told:
        return None
    newest = max((grant for grant, _, _ in told), key=lambda grant: grant.version)
    rows = sorted((row.deal.casefold(), ref, row) for grant, ref, row in told if grant.id == newest.id)
    return _named(newest), [row for _, _, row in rows]


def _row(line: Line, shares: tuple[JointField, ...]) -> FiguresRow:
    ours, amount = line.ours, line.ours.amount if JointField.AMOUNT in shares else None
    return FiguresRow(
        deal=line.customer[:255],
        shares=shares,
        stage=ours.stage if JointField.STAGE in shares else None,
        amount=Amount(value=f"{amount.amount:f}", currency=amount.currency) if amount else None,
        close_date=ours.close_date if JointField.CLOSE_DATE in shares else None,
    )


def _named(grant: Grant) -> GrantNamed:
    assert grant.confirmed_at is not None
    by = grant.confirmed_name or grant.confirmed_by or "-"
    return GrantNamed(id=grant.id, terms=hash_of_terms(grant.terms), agreed_by=by, agreed_at=grant.confirmed_at)


def _delivered(message: FiguresMessage, partner: Partner, ports: Outlet) -> Answer | None:
    """What the partner's program answered; None: this message was answered before, and is not sent again."""
    heard: list[Answer] = []
    subject = subject_of(partner.key)
    plan = Plan(
        key=f"{subject}:figures.{message.id[:32]}",
        subject=subject,
        kind="instance.figures",
        destination=partner.url or "",
        audience=partner.key,
        payload=payload_of(message),
        recovery=Recovery.REPEAT,
    )

    def guard(uow: UnitOfWork) -> str:
        shared = _shared(partner, uow, ports, is_locking=True)
        if shared is None or content_of(*shared) != content_of(message.grant, message.rows):
            raise Unavailable(_system(partner), _MOVED, retry_after=0.2)
        return shared[0].id

    def send(payload: object) -> str:
        assert isinstance(payload, dict)
        text = spelled_sent(payload, ports.clock.now())
        signature = ports.signer.sign(key_name(partner.key), question_text(text))
        headers = {KEY: signature.public_key, SIGNATURE: signature.value}
        reply = ports.instances.post(f"{partner.url}{PATH}", text, headers)
        heard.append(_checked(reply, text, partner, ports))
        return sha256_of_text(reply.text)

    perform(plan, ports, send=send, guard=guard)
    return heard[0] if heard else None


def content_of(grant: GrantNamed, rows: Sequence[FiguresRow]) -> str:
    """The hash of what a message tells, whenever it was told and whoever had it sent."""
    return sha256_of([grant.id, [row.model_dump(mode="json") for row in rows]])


def _checked(reply: Reply, text: str, partner: Partner, ports: Outlet) -> Answer:
    """The answer, if the partner's own key signed it and it is about these very bytes."""
    system = _system(partner)
    if reply.status == HTTPStatus.UNAUTHORIZED:
        ask = f"give them what `cosell keys show {partner.key}` prints, and compare their `public_key:` in partners.yml"
        raise AuthExpired(system, f"it knows no such key of ours, so nothing was written there: {ask}")
    signature = Signature("", partner.public_key or "", reply.headers.get(SIGNATURE.lower(), ""))
    is_theirs = ports.signer.is_signed(signature, answer_text(reply.text))
    answer = read(Answer, reply.text) if is_theirs else None
    if answer is None or answer.request != sha256_of_text(text):
        said = f"it answered HTTP {reply.status} without its signature; the same again changes nothing twice"
        raise Unavailable(system, said)
    if answer.outcome is Outcome.REFUSED:
        raise Rejected(system, f"{answer.said} Nothing was written there.")
    return answer


def _noted(message: FiguresMessage, answer: Answer, partner: Partner, uow: UnitOfWork, ports: Outlet) -> Told:
    """Keep what was told, and compare what both now see."""
    note_answer(message, answer, content_of(message.grant, message.rows), partner.key, uow, ports)
    lines = {line.customer: line for line in uow.spaces.open_lines(partner.key)}
    keys = (message.sender, message.recipient)
    theirs = {row.deal: row.cells for row in answer.rows if row.cells}
    ours = {deal: cells_of(lines[deal], cells, *keys) for deal, cells in theirs.items() if deal in lines}
    differs = differing(ours, theirs)
    if not differs and answer.rows and hash_of(ours, *keys) != answer.view:
        differs = ["the whole view"]
    return Told(message, answer, tuple(differs))


def _is_stale(partner: Partner, ports: Ports) -> bool:
    def look(uow: UnitOfWork) -> bool:
        space, shared = uow.spaces.get(partner.key), _shared(partner, uow, ports)
        return space is not None and shared is not None and space.told != content_of(*shared)

    if not _is_reachable(partner) or not may_speak(ports) or not ports.durable.read(look):
        return False
    return not ports.durable.is_under_way(f"instance:{partner.key}:")


def _is_reachable(partner: Partner) -> bool:
    return partner.url is not None and partner.public_key is not None


def _spelled(said: FiguresMessage | Answer | None) -> str:
    return spelled(said) if said is not None else ""


def _system(partner: Partner) -> str:
    return f"{partner.name}'s cosell"
