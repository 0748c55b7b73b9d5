"""One line of a queue or of the exceptions, as every list shows it."""

from handlers.views import text
from motions.model import ExceptionItem
from motions.surfaces import BesideLine, QueueLine


def queue_line(line: QueueLine) -> str:
    """'Acme: Renewal · USD 54,000 · AWS · next: approve, edit or deny the referral · since ...'."""
    motion = line.motion
    name = text.deal_title(motion.account_name, motion.deal_name)
    shown = text.link(name, line.link) if line.link else text.escaped(name, 160)
    waits = f"next: {text.escaped(line.waits_for, 120)}"
    worth = f" · {text.money(line.worth)}" if line.worth else ""
    return f"{shown}{worth} · {text.escaped(line.partner_name, 60)} · {waits} · since {text.moment(line.since)}"


def beside_line(line: BesideLine) -> str:
    """'Acme: Freight visibility, a deal AWS brings · next: accept or reject it, 12 days left · in #aws · since ...'."""
    waits = f"next: {text.escaped(line.waits_for, 120)}"
    place = text.channel(line.channel, "its alliance channel")
    return f"{text.escaped(line.name, 160)} · {waits} · in {place} · since {text.moment(line.since)}"


def exception_line(item: ExceptionItem) -> str:
    """What is wrong, what to do next, whose it is and since when."""
    what = f"{text.escaped(item.reason, 300)} Next: {text.escaped(item.next_act, 200)}"
    return f"{what} · {text.escaped(item.owner, 80)} · since {text.moment(item.opened_at)}"
