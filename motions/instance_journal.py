"""Writing down what two companies' programs said to each other, each side in its own log; decides nothing.

Both sides log the hash of the very same message, the grant of its sender, and what became of each row.
"""

from dataclasses import replace
from datetime import datetime

from motions.instance_wire import Answer, FiguresMessage, Outcome, payload_of
from motions.journal import AGENT, OURS, clear_exceptions, raise_exception, write_log
from motions.model import PartnerKey
from motions.ports import Surroundings
from motions.proposals import sha256_of
from motions.records import UnitOfWork
from motions.space_journal import keep_space, subject_of

REFUSED = "figures-refused"


def note_answer(
    message: FiguresMessage, answer: Answer, content: str, partner: PartnerKey, uow: UnitOfWork, ports: Surroundings
) -> None:
    """What the partner's program said to our figures; rows it refused wait for a person, and are told again."""
    now, subject = ports.clock.now(), subject_of(partner)
    space = uow.spaces.locked(partner)
    if space is not None and answer.outcome is not Outcome.OVERTAKEN:  # else it is told anew
        keep_space(uow, replace(space, told=content), at=now)
    said = {"company": OURS, "by": message.person, **_facts(message, answer)}
    write_log(uow, now, "figures.told", subject, message.person or AGENT, said)
    if not answer.refused:
        clear_exceptions(uow, subject, at=now, code=REFUSED)
        return
    who = f"{ports.config.name_of(partner)}'s cosell"
    first = "; ".join(f"{row.deal}: {' '.join(row.problems)}" for row in answer.refused[:3])
    raise_exception(
        uow,
        subject=subject,
        opportunity_id=None,
        code=REFUSED,
        reason=f"{who} did not take the figures of {len(answer.refused)} deals. {first}",
        next_act="have them put these deals into their pipeline with us under the same names; cosell tells them again",
        owner=ports.config.coverage.operators[0],
        at=now,
    )


def log_heard(
    message: FiguresMessage, answer: Answer, partner: PartnerKey, our_grants: list[str], at: datetime, uow: UnitOfWork
) -> None:
    """What the partner's program told us, and what we took of it under which grants of ours."""
    said = {"company": partner, "by": message.person, "under": our_grants, **_facts(message, answer)}
    write_log(uow, at, "figures.heard", subject_of(partner), message.company, said)


def _facts(message: FiguresMessage, answer: Answer) -> dict[str, object]:
    return {
        "agent": AGENT,
        "grant": message.grant.id,
        "terms": message.grant.terms,
        "agreed_by": message.grant.agreed_by,
        "agreed_at": message.grant.model_dump(mode="json")["agreed_at"],
        "message": message.id,
        "message_at": message.model_dump(mode="json")["at"],
        "sha256": sha256_of(payload_of(message)),
        "outcome": answer.outcome,
        "rows": [[row.deal, row.outcome] for row in answer.rows],
    }
