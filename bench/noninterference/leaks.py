"""Leaks to plant: each breaks the real program at one seam, as a mistake of ours would, and must be seen outside."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from unittest.mock import patch

from agents.claude import ClaudeWriter
from bench.noninterference.bot import Bot
from bench.noninterference.playing import Stage
from bench.noninterference.running import Run
from bench.noninterference.worlds import Shape, World
from handlers import channels
from handlers.audiences import Audiences
from handlers.channels import SlackMessenger
from handlers.people import SlackPeople
from motions import closing, forecasting, handoffs, partner_desk, preparing
from motions.audiences import Audience, AudienceKind
from motions.briefing import facts_of
from motions.decision_records import ExceptionQuery
from motions.grant_terms import NEEDED, Grant
from motions.labels import Catalogue, Label
from motions.model import Motion, Role
from motions.moving import in_channel
from motions.partner_surfaces import PartnerHelp
from motions.records import MotionQuery, UnitOfWork

ENOUGH = 400  # worlds in which a leak must have shown
_EVERYTHING = MotionQuery(limit=1000)

Wrap = Callable[[Any], Any]  # from what the program does to what it does with the mistake in it


def caught(name: str, seed: int, stage: Stage) -> str | None:
    """Play pairs with one leak until it shows in one that is alike without it: where; None when it does not."""
    pairs = (pair for pair in Run(seed, 100 * ENOUGH, Shape(2, 1, 1)).groups() if _may_show(name, pair[0]))
    for number, pair in enumerate(islice(pairs, ENOUGH // 2), 1):
        with planted(name):
            is_seen = _differ(pair, stage)
        if is_seen and not _differ(pair, stage):
            return f"caught in pair {number}"
    return None


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with this mistake in it."""
    where, what, wrap = LEAKS[name]
    with patch.object(where, what, wrap(getattr(where, what))):
        yield


def _may_show(name: str, world: World) -> bool:
    """Whether there is what a leak is about; most worlds have no two handoffs to sort."""
    if name != "sorted-by-score":
        return True
    handed = [deal for deal in world.deals if deal.fate in {"taken", "ignored", "declined"}]
    return len(handed) > 1 and world.depth in {"handoff", "end"} and "handoff" in world.terms.purposes


def _differ(pair: Sequence[World], stage: Stage) -> bool:
    return len({watch.digest for world in pair for watch in stage.play(world)}) > 1


def _peek(look: Callable[[UnitOfWork], Any]) -> Any:
    assert Bot.latest is not None
    return Bot.latest.store.peek(look)


def _motions() -> list[Motion]:
    found: list[Motion] = _peek(lambda uow: list(uow.motions.find(_EVERYTHING)))
    return found


def _motion(motion_id: str) -> Motion | None:
    return next((motion for motion in _motions() if motion.id == motion_id), None)


def _dropped_label(_real: Any) -> Any:
    return lambda _catalogue, _origin: Label.SHAREABLE


def _ungranted_field(_real: Any) -> Any:
    return lambda _grant, purpose: NEEDED[purpose]


def _stale_grant(real: Any) -> Any:
    kept: dict[tuple[int, object], Any] = {}  # by bot and partner

    def standing_grants(partner: Any, *given: Any, **named: Any) -> Any:
        found, whose = real(partner, *given, **named), (id(Bot.latest), partner)
        return kept.setdefault(whose, found) if found else kept.get(whose, found)

    return standing_grants


def _stale_audience(real: Any) -> Any:
    def of(self: Audiences, channel: str) -> Audience:
        return Audience(AudienceKind.INTERNAL) if not channel.startswith("C0SHARED") else real(self, channel)

    return of


def _shared_cache(real: Any) -> Any:
    kept: dict[str, Any] = {}

    def handoff(self: ClaudeWriter, facts: Any) -> Any:
        key = f"{id(self)} {next((fact.value for fact in facts.facts if fact.id == 'customer'), '')}"
        return kept.setdefault(key, real(self, facts))

    return handoff


def _foreign_exemplar(real: Any) -> Any:
    kept: dict[tuple[int, str], Any] = {}  # by writer and partner

    def handoff(self: ClaudeWriter, facts: Any) -> Any:
        text = real(self, facts)
        others = [each for (writer, name), each in kept.items() if writer == id(self) and name != facts.partner_name]
        kept[id(self), facts.partner_name] = text
        return replace(text, sentences=(*text.sentences, *(others[-1].sentences[:1] if others else ())))

    return handoff


def _internal_brief(real: Any) -> Any:
    def propose(motion: Motion, context: Any, answers: Any, ports: Any, **more: Any) -> Any:
        partner = ports.config.partner(motion.partner)
        brief = ports.writer.brief(facts_of(context, motion, partner, ports.clock.now().date()))

        class Careless:
            name = ports.writer.name

            def handoff(self, _facts: object) -> object:
                return brief

        return real(motion, context, answers, replace(ports, writer=Careless()), **more)

    return propose


def _error_text(real: Any) -> Any:
    def partner_answer(words: str, by: Any, ports: Any) -> Any:
        answer = real(words, by, ports)
        problems = ports.durable.read(lambda uow: list(uow.exceptions.listing(ExceptionQuery())))
        if not isinstance(answer, PartnerHelp) or not problems:
            return answer
        return replace(answer, why=f"{answer.why} {problems[-1].reason}")

    return partner_answer


def _sorted_by_score(real: Any) -> Any:
    def theirs(by: Any, partner: Any, uow: UnitOfWork, ports: Any) -> Any:
        score = {motion.handoff_token: motion.score for motion in uow.motions.find(_EVERYTHING)}
        return sorted(real(by, partner, uow, ports), key=lambda deal: score[deal.token])

    return theirs


def _count_of_hidden(real: Any) -> Any:
    return lambda by, ports: replace(real(by, ports), more=len(_motions()))


def _rival_in_a_refusal(real: Any) -> Any:
    def status(asked: str, by: Any, partner: Any, ports: Any) -> Any:
        answer = real(asked, by, partner, ports)
        others = [motion for motion in _motions() if motion.partner != partner and asked and asked in motion.deal_name]
        if not isinstance(answer, PartnerHelp) or not others:
            return answer
        return replace(answer, why=f"{asked} is worked with {others[0].partner}.")

    return status


def _unfurled(real: Any) -> Any:
    def post(self: SlackMessenger, channel: str, message: Any, key: str, thread_ts: str | None = None) -> Any:
        motion = _motion(key.partition(":")[0])
        if motion is None or not key.endswith(":handoff"):
            return real(self, channel, message, key, thread_ts)
        # The sandbox follows no link: this is what Slack would show of it.
        page = [{"title": motion.deal_name, "text": f"{motion.score} {motion.seller_email}"}]
        with patch.object(self._client, "chat_postMessage", _with(self._client.chat_postMessage, attachments=page)):
            return real(self, channel, message, key, thread_ts)

    return post


def _in_the_metadata(real: Any) -> Any:
    def post(self: SlackMessenger, channel: str, message: Any, key: str, thread_ts: str | None = None) -> Any:
        motion = _motion(key.partition(":")[0])
        payload = {"key": key, "score": motion.score if motion else 0}
        metadata = {"event_type": "cosell_post", "event_payload": payload}
        with patch.object(self._client, "chat_postMessage", _with(self._client.chat_postMessage, metadata=metadata)):
            return real(self, channel, message, key, thread_ts)

    return post


def _with(real: Any, **more: object) -> Any:
    return lambda **said: real(**(said | more))


def _in_the_notification(real: Any) -> Any:
    def draw(message: Any) -> Any:
        drawn, token = real(message), getattr(message, "token", None)
        motion = next((each for each in _motions() if token and each.handoff_token == token), None)
        return drawn | {"text": f"{drawn['text']} ({motion.manager_email if motion else ''})"}

    return draw


def _rounded_amount(real: Any) -> Any:
    def told_of(motion: Motion, ports: Any) -> Any:
        told = real(motion, ports)
        deal = ports.durable.read(lambda uow: uow.deals.get(motion.opportunity_id))
        step = f"{told.message.next_step}; about {round(deal.amount.amount, -3)}"
        return replace(told, message=replace(told.message, next_step=step))

    return told_of


def _channel_name(real: Any) -> Any:
    def told_of(motion: Motion, ports: Any) -> Any:
        told = real(motion, ports)
        return replace(told, message=replace(told.message, owner_name=f"{told.message.owner_name} #{motion.channel}"))

    return told_of


def _token_of_an_id(real: Any) -> Any:
    def hand_over(motion: Motion, uow: UnitOfWork, ports: Any) -> Any:
        class Ids:
            def new(self) -> str:
                return sha256(f"{motion.id} {motion.seller_email} {motion.score}".encode()).hexdigest()

        return real(motion, uow, replace(ports, ids=Ids()))

    return hand_over


def _timing(_real: Any) -> Any:
    def handing_on(motion: Motion, epoch: int, uow: UnitOfWork, ports: Any) -> None:
        channel = ports.config.partner(motion.partner).shared_channel
        uow.enqueue(in_channel(motion.id, epoch, "post_handoff", channel, delay=timedelta(seconds=motion.score / 10)))

    return handing_on


def _one_message_more(real: Any) -> Any:
    def post(plan: Any, ports: Any, **how: Any) -> Any:
        ts = real(plan, ports, **how)
        motion = _motion(plan.subject)
        if motion is not None and motion.score > 50:  # noqa: PLR2004 - the better half
            ports.messenger.post(plan.destination, {"text": "This one matters.", "blocks": []}, f"{plan.key}.more")
        return ts

    return post


def _deals_counted(real: Any) -> Any:
    def whole(*given: Any, **named: Any) -> Any:
        known = _peek(lambda uow: len(uow.deals.stamps()))
        return replace(real(*given, **named), deals=known)

    return whole


def _taken_for_ours(_real: Any) -> Any:
    return lambda _self, _profile: (Role.OPERATOR, None)


LEAKS: Mapping[str, tuple[object, str, Wrap]] = {
    "dropped-label": (Catalogue, "label_at", _dropped_label),
    "ungranted-field": (Grant, "allows", _ungranted_field),
    "stale-grant": (forecasting, "standing_grants", _stale_grant),
    "stale-audience": (Audiences, "of", _stale_audience),
    "shared-cache": (ClaudeWriter, "handoff", _shared_cache),
    "foreign-exemplar": (ClaudeWriter, "handoff", _foreign_exemplar),
    "internal-brief": (preparing, "propose", _internal_brief),
    "error-text": (partner_desk, "partner_answer", _error_text),
    "sorted-by-score": (partner_desk, "_theirs", _sorted_by_score),
    "count-of-hidden": (partner_desk, "shared_with", _count_of_hidden),
    "rival-in-a-refusal": (partner_desk, "_status", _rival_in_a_refusal),
    "unfurled": (SlackMessenger, "post", _unfurled),
    "in-the-metadata": (SlackMessenger, "post", _in_the_metadata),
    "in-the-notification": (channels, "draw", _in_the_notification),
    "rounded-amount": (handoffs, "told_of", _rounded_amount),
    "channel-name": (handoffs, "told_of", _channel_name),
    "token-of-an-id": (closing, "_hand_over", _token_of_an_id),
    "timing": (closing, "handing_on", _timing),
    "one-message-more": (handoffs, "post", _one_message_more),
    "deals-counted": (forecasting, "whole", _deals_counted),
    "taken-for-ours": (SlackPeople, "_role", _taken_for_ours),
}
