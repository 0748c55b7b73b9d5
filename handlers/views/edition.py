"""An edition for an alliance channel: a picture of its figures, words above it, and others for who cannot see it."""

from datetime import date, timedelta

from handlers.views import chart, text
from motions.edition_surfaces import Acceptance, Edition, Period, Picture, Span, Tally
from motions.sheet_drops import SharedFile

_MEASURES = (("matched", "Matched"), ("approved", "Approved"), ("accepted", "Accepted by the partner"))
_ORDINALS = ("first", "second", "third", "fourth")
_THE_ONE_BEFORE = {Span.WEEK: "the week before", Span.MONTH: "the month before", Span.QUARTER: "the quarter before"}
_MOST_PARTNERS = 3


def picture_of(edition: Edition) -> Picture:
    """All of an edition, as Slack shows a file; the picture names nobody, since no font has every letter."""
    of = edition.tallies[-1].period
    series = {label: [_count(each, name) for each in edition.tallies] for name, label in _MEASURES}
    title = _named(of)
    data = chart.bars(title[0].upper() + title[1:], [_short(each.period) for each in edition.tallies], series)
    return Picture(SharedFile(f"co-sell-{of.span}-{of.first}.png", data), _words(edition), _alt(edition))


def _words(edition: Edition) -> str:
    *_, last, now = edition.tallies
    head = f"*{text.escaped(f'Co-sell with {_partners(edition)}, {_named(now.period)}', 300)}*"
    if now.is_empty:
        return f"{head}\nNothing was matched, approved or accepted."
    before = iter((f" {_THE_ONE_BEFORE[now.period.span]}", "", ""))
    figures = ", ".join(f"{_count(now, name)} {name} ({_count(last, name)}{next(before)})" for name, _ in _MEASURES)
    said = [head, f"{figures}."]
    if edition.largest:
        said.append("Accepted, the largest first:" if now.accepted > 1 else "Accepted:")
        said.extend(f"• {_deal(each)}" for each in edition.largest)
    if now.accepted > len(edition.largest):
        said.append(f"and {text.counted(now.accepted - len(edition.largest))} more")
    return "\n".join(said)


def _alt(edition: Edition) -> str:
    told = [
        f"{_short(each.period)}: " + ", ".join(f"{_count(each, name)} {name}" for name, _ in _MEASURES)
        for each in edition.tallies
    ]
    return text.shortened(f"Bar chart. {'; '.join(told)}.", 900)


def _deal(each: Acceptance) -> str:
    name = text.deal_title(each.account_name, each.deal_name)
    shown = text.link(name, each.link) if each.link else text.escaped(name, 160)
    worth = f" · {text.money(each.worth)}" if each.worth else ""
    return f"{shown}{worth} · {text.escaped(each.partner_name, 60)}"


def _partners(edition: Edition) -> str:
    names = edition.partners
    if len(names) > _MOST_PARTNERS:
        return f"{', '.join(names[:_MOST_PARTNERS])} and {len(names) - _MOST_PARTNERS} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "partners"


def _named(period: Period) -> str:
    """'week of 16 November 2026', 'October 2026', 'third quarter of 2026'."""
    if period.span is Span.WEEK:
        return f"week of {_day(period.first)} {period.first:%B %Y}"
    if period.span is Span.MONTH:
        return f"{period.first:%B %Y}"
    return f"{_ORDINALS[_quarter(period.first) - 1]} quarter of {period.first.year}"


def _short(period: Period) -> str:
    """'16-22 Nov', 'Oct 2026', 'Q3 2026'."""
    if period.span is Span.WEEK:
        last = period.past - timedelta(days=1)
        start = _day(period.first) if period.first.month == last.month else f"{_day(period.first)} {period.first:%b}"
        return f"{start}-{_day(last)} {last:%b}"
    return f"{period.first:%b %Y}" if period.span is Span.MONTH else f"Q{_quarter(period.first)} {period.first.year}"


def _day(day: date) -> str:
    return str(day.day)


def _quarter(day: date) -> int:
    return (day.month - 1) // 3 + 1


def _count(tally: Tally, name: str) -> int:
    return {"matched": tally.matched, "approved": tally.approved, "accepted": tally.accepted}[name]
