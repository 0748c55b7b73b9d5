"""The channels the configuration names: looked at when Slack says that something changed there, and every hour.

Only to tell a person soon: whatever is sent asks who reads there itself, in the moment of sending.
"""

from collections.abc import Mapping

from motions.audiences import INTERNAL, is_meant, readers_of
from motions.decision_records import ExceptionQuery
from motions.journal import clear_exceptions, raise_exception
from motions.policy import Configuration
from motions.ports import Ports
from motions.posting import AUDIENCE_CHANGED

MOVED = "channel-moved"


def look(ports: Ports) -> int:
    """Look at every channel the configuration names; how many are not read by exactly whom they are meant for."""
    wrong = sum(not recheck(channel, ports) for channel in meant_for(ports.config))
    with ports.store.transaction() as uow:
        for item in uow.exceptions.listing(ExceptionQuery(limit=1000)):
            if item.code == MOVED and item.subject.removeprefix("channel:") not in meant_for(ports.config):
                clear_exceptions(uow, item.subject, at=ports.clock.now(), code=MOVED)
    return wrong


def recheck(channel: str, ports: Ports) -> bool:
    """Ask who reads a channel; an exception is open while it is not whom it is meant for, and False is the answer.

    Raises Unavailable. A channel the configuration does not name is nobody's business.
    """
    meant = meant_for(ports.config).get(channel)
    if meant is None:
        return True
    audience = ports.messenger.audience(channel)
    is_right, now = is_meant(meant, audience), ports.clock.now()
    with ports.store.transaction() as uow:
        if is_right:
            clear_exceptions(uow, _subject(channel), at=now, code=AUDIENCE_CHANGED)
            return True
        who = "our own people" if meant == INTERNAL else f"{meant} and us"
        raise_exception(
            uow,
            subject=_subject(channel),
            opportunity_id=None,
            code=AUDIENCE_CHANGED,
            reason=f"{channel} is meant for {who}, and {readers_of(audience)}. Nothing is sent there meanwhile.",
            next_act=f"see that only those read there, or name another channel in {_file(meant)}",
            owner=_owner(channel, meant, ports.config),
            at=now,
        )
    return False


def moved(old: str, new: str, ports: Ports) -> None:
    """Slack gave a channel another id, as it does when one becomes shared: a person decides whether it is followed."""
    meant = meant_for(ports.config).get(old)
    if meant is None:
        return
    with ports.store.transaction() as uow:
        raise_exception(
            uow,
            subject=_subject(old),
            opportunity_id=None,
            code=MOVED,
            reason=f"Slack gave {old} the new id {new}, as it does when one becomes shared. Nothing is sent there.",
            next_act=f"look who reads it, and name {new} instead of {old} with /cosell setup or in {_file(meant)}",
            owner=_owner(old, meant, ports.config),
            at=ports.clock.now(),
        )


def meant_for(config: Configuration) -> Mapping[str, str]:
    """Each named channel, and whom it is meant for: our own people, or one partner."""
    shared = {partner.shared_channel: str(partner.key) for partner in config.partners if partner.shared_channel}
    return {**shared, **{row.channel: INTERNAL for row in config.coverage.rows}}


def _owner(channel: str, meant: str, config: Configuration) -> str:
    rows = config.coverage.rows
    found = next((row.manager for row in rows if channel == row.channel or row.partner == meant), None)
    return found or config.coverage.operators[0]


def _file(meant: str) -> str:
    return "coverage.yml" if meant == INTERNAL else "partners.yml"


def _subject(channel: str) -> str:
    return f"channel:{channel}"
