"""Answers to /cosell, one function each; they show what they are given and ask nothing themselves."""

from typing import assert_never

from handlers.views import blocks, forecast, grant, rules, setup, standing, text, words
from handlers.views.blocks import Block
from handlers.views.problem import problem
from handlers.views.queue import beside_line, exception_line, queue_line
from motions.answer_surfaces import (
    Answer,
    ChoiceAnswer,
    DealAnswer,
    DoneAnswer,
    HelpAnswer,
    ProblemAnswer,
    QueueAnswer,
    StandingList,
    StandingOffer,
    StatusAnswer,
    WhyAnswer,
)
from motions.deals import Opportunity
from motions.grant_surfaces import GrantList, GrantOffer
from motions.joint import JointForecast
from motions.model import Reason
from motions.rule_surfaces import RuleList
from motions.setup_surfaces import SetupList

_COMMANDS = (
    ("/cosell <deal name or id>", "where a deal's co-sell stands, and start it if nothing has"),
    ("/cosell why <deal>", "every partner that was ranked, with its reasons"),
    ("/cosell queue", "what waits for you"),
    ("/cosell status", "what the program is doing"),
    ("/cosell standing", "who approved what in advance, and how to"),
    ("/cosell rules", "what decides which partner fits a deal, and change it"),
    ("/cosell forecast <partner>", "the joint forecast, as the partner sees it"),
    ("/cosell share <partner>", "what a partner may see, and propose it"),
    ("/cosell unshare <partner>", "share nothing more with a partner, at once"),
    ("/cosell setup [word]", "partners, channels, people and policy, with what is missing; admins"),
    ("/cosell stop <reason>", "let nothing leave any more; operators and admins"),
    ("/cosell resume", "let everything go on"),
)
_RANKED = 10


def draw(answer: Answer) -> dict[str, object]:
    """The message for an answer."""
    match answer:
        case DealAnswer():
            return deal(answer)
        case ChoiceAnswer():
            return choice(answer)
        case QueueAnswer():
            return queue(answer)
        case WhyAnswer():
            return why(answer)
        case StatusAnswer():
            return status(answer)
        case StandingList() | StandingOffer() | JointForecast() | GrantList() | GrantOffer() | RuleList() | SetupList():
            return _shown_elsewhere(answer)
        case DoneAnswer() | HelpAnswer() | ProblemAnswer():
            return _plain(answer)
        case _:
            assert_never(answer)


def deal(answer: DealAnswer) -> dict[str, object]:
    """Where one deal's co-sell stands."""
    state = stands(answer)
    drawn = [
        blocks.section(f"*{text.link(called(answer.deal), answer.deal_url)}*\n{text.escaped(state, 400)}"),
        blocks.context(*_measures(answer)),
    ]
    if answer.reasons and answer.partner_name:
        lines = [text.escaped(reason.text, 200) for reason in answer.reasons[:4]]
        drawn.append(blocks.bullets(f"Why {text.escaped(answer.partner_name, 60)}", lines))
    if note := text.escaped(answer.note, 600):
        drawn.append(blocks.section(note))
    return blocks.message(f"{text.escaped(called(answer.deal), 200)}: {text.escaped(state, 300)}", drawn)


def choice(answer: ChoiceAnswer) -> dict[str, object]:
    """The deals a name may mean, with what to type for each."""
    title = f"Which deal do you mean by “{text.escaped(answer.asked, 100)}”?"
    lines = [
        f"{text.escaped(called(deal), 200)} · {text.escaped(deal.stage_name, 60)} · "
        f"{text.escaped(text.money(deal.amount), 60)} · `{answer.command} {text.escaped(deal.id, 40)}`"
        for deal in answer.choices
    ]
    drawn = [blocks.bullets(title, lines)]
    if answer.more > 0:
        drawn.append(blocks.context(f"and {answer.more} more; type more of the name"))
    return blocks.message(title, drawn)


def queue(answer: QueueAnswer) -> dict[str, object]:
    """What waits, and what is stuck."""
    drawn: list[Block] = []
    lines = [*map(beside_line, answer.beside), *map(queue_line, answer.lines)]
    if lines:
        drawn.append(blocks.bullets(f"Waiting, {text.escaped(answer.whose, 40)} ({len(lines)})", lines))
    if answer.exceptions:
        items = [exception_line(item) for item in answer.exceptions]
        drawn.append(blocks.bullets(f"Stuck ({len(items)})", items))
    counts = f"{len(lines)} waiting, {len(answer.exceptions)} stuck"
    return blocks.message(counts, drawn or [blocks.section("Nothing waits.")])


def why(answer: WhyAnswer) -> dict[str, object]:
    """Every ranked partner with its reasons, and the rules that ranked them."""
    drawn = [blocks.section(f"*{text.link(called(answer.deal), answer.deal_url)}*")]
    for name, score, band, reasons, excluded in answer.ranked[:_RANKED]:
        title = f"{text.escaped(name, 60)}: {words.CONFIDENCE[band]} ({score} of 100)"
        lines = [_reason(reason) for reason in reasons[:8]]
        left_out = [f"left out: {text.escaped(excluded, 200)}"] if excluded else []
        drawn.append(blocks.bullets(title, [*left_out, *lines] or ["no reasons for or against"], limit=900))
    more = len(answer.ranked) - _RANKED
    rules = f"Rules {text.escaped(answer.rule_version, 60)}, {text.moment(answer.decided_at)}"
    drawn.append(blocks.context(f"and {more} more partners" if more > 0 else "", rules))
    best = text.escaped(answer.ranked[0][0], 60) if answer.ranked else "no partner"
    return blocks.message(f"{text.escaped(called(answer.deal), 200)}: best match {best}", drawn)


def status(answer: StatusAnswer) -> dict[str, object]:
    """What the program is doing, in numbers."""
    read = text.moment(answer.last_read_at) if answer.last_read_at else "not yet"
    drawn = blocks.fields([(name, text.counted(count)) for name, count in answer.counts][:20])
    problems = f"Open problems: {answer.open_exceptions}"
    drawn = _stopped(answer.stopped) + drawn
    writer = f"Briefs are written by {text.escaped(answer.writer, 120)}"
    drawn.append(blocks.context(problems, f"CRM last read: {read}", writer))
    return blocks.message(problems, drawn)


def done(answer: DoneAnswer) -> dict[str, object]:
    """What a command did."""
    said = text.escaped_lines(answer.text, 2000)
    return blocks.message(said, [blocks.section(said)])


def help_() -> dict[str, object]:
    """What can be asked."""
    lines = [f"`{text.escaped(command, 60)}` {what}" for command, what in _COMMANDS]
    about = "Motions start by themselves when a deal changes in the CRM. These are for asking."
    return blocks.message("What you can ask", [blocks.bullets("What you can ask", lines), blocks.context(about)])


def _stopped(why: str | None) -> list[Block]:
    return [blocks.section(f"*Nothing leaves at the moment.* {text.escaped(why, 400)}")] if why else []


def _shown_elsewhere(
    answer: StandingList | StandingOffer | JointForecast | GrantList | GrantOffer | RuleList | SetupList,
) -> dict[str, object]:
    match answer:
        case JointForecast():
            return forecast.draw(answer)
        case RuleList():
            return rules.draw(answer)
        case SetupList():
            return setup.draw(answer)
        case GrantList() | GrantOffer():
            return grant.draw_answer(answer)
        case _:
            return standing.draw(answer)


def _plain(answer: DoneAnswer | HelpAnswer | ProblemAnswer) -> dict[str, object]:
    match answer:
        case DoneAnswer():
            return done(answer)
        case HelpAnswer():
            return help_()
        case ProblemAnswer():
            return problem(answer)


def called(deal: Opportunity) -> str:
    """A deal as people call it, still to be escaped."""
    return text.deal_title(deal.account.name if deal.account else "", deal.name)


def stands(answer: DealAnswer) -> str:
    """Where its co-sell stands, still to be escaped."""
    if answer.motion is None:
        return "No co-sell motion."
    said = words.standing(answer.motion, answer.partner_name or answer.motion.partner)
    return f"Started. {said}" if answer.started else said


def _measures(answer: DealAnswer) -> tuple[str, ...]:
    facts = f"{text.escaped(answer.deal.stage_name, 60)} · {text.escaped(text.money(answer.deal.amount), 60)}"
    if answer.band is None or answer.score is None:
        return (facts, "Confidence: not known")
    partner = f"{text.escaped(answer.partner_name, 60)} · " if answer.partner_name else ""
    return (facts, partner + words.confidence(answer.band, answer.score))


def _reason(reason: Reason) -> str:
    return f"{text.escaped(reason.text, 200)} ({reason.points:+.2f})"
