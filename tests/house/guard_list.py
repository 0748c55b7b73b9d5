"""The guards: the words of the source that make each, what they become when it is taken out, and who must miss it.

`python -m tests.house.guards` takes them out one by one. A guard whose words change belongs here under its new ones; a
new guard belongs here with the test that fails without it.
"""

from dataclasses import dataclass

from tests.house.guards_of_competitors import ROWS as OF_COMPETITORS
from tests.house.guards_of_corrections import ROWS as OF_CORRECTIONS
from tests.house.guards_of_grants import ROWS as OF_GRANTS
from tests.house.guards_of_invitations import ROWS as OF_INVITATIONS
from tests.house.guards_of_keeping_in_step import ROWS as OF_KEEPING_IN_STEP
from tests.house.guards_of_microsoft import ROWS as OF_MICROSOFT
from tests.house.guards_of_offers import ROWS as OF_OFFERS
from tests.house.guards_of_programs import ROWS as OF_PROGRAMS
from tests.house.guards_of_sheets_in_slack import ROWS as OF_SHEETS_IN_SLACK
from tests.house.guards_of_the_forecast import ROWS as OF_THE_FORECAST
from tests.house.guards_of_the_model import ROWS as OF_THE_MODEL


@dataclass(frozen=True)
class Guard:
    """One thing that must not be left out."""

    name: str
    path: str
    source: str  # stands once in the file
    without: str
    tests: tuple[str, ...]  # at least one of them fails without it
    marked: str = "not postgres"  # of which only these are run


GUARDS: tuple[Guard, ...] = (
    *(Guard(*row) for row in OF_COMPETITORS),
    *(Guard(*row) for row in OF_CORRECTIONS),
    *(Guard(*row) for row in OF_GRANTS),
    *(Guard(*row) for row in OF_INVITATIONS),
    *(Guard(*row) for row in OF_OFFERS),
    *(Guard(*row) for row in OF_KEEPING_IN_STEP),
    *(Guard(*row) for row in OF_THE_FORECAST),
    *(Guard(*row) for row in OF_PROGRAMS),
    *(Guard(*row) for row in OF_SHEETS_IN_SLACK),
    *(Guard(*row) for row in OF_THE_MODEL),
    *(Guard(*row) for row in OF_MICROSOFT),
    Guard(
        "twin: what came since the card is looked for before the first call",
        "motions/filing.py",
        "    if (twin := _come_since(motion, proposal, key, ports)) is not None:\n",
        "    if (twin := None) is not None:\n",
        (
            "tests/motions/test_duplicates.py::test_what_came_since_the_card_was_prepared_is_asked_before_anything_leaves",
        ),
    ),
    Guard(
        "twin: a filing under way is not taken for another's",
        "motions/filing.py",
        "    return what_left(motion.id, key, uow) is None\n",
        "    return bool(key)\n",
        ("tests/motions/test_duplicates.py::test_a_filing_under_way_does_not_take_its_own_referral_for_another",),
    ),
    Guard(
        "twin: a competitor's portal is not looked through",
        "motions/drafting.py",
        "    if why_competitor(context.deal, partner) is not None:\n",
        "    if context.deal is None:\n",
        ("tests/motions/test_duplicates.py::test_a_partner_that_competes_by_now_is_not_even_asked",),
    ),
    Guard(
        "twin: what was met is looked for by the next card",
        "motions/drafting.py",
        "    if any(item.code == CAME_SINCE for item in uow.exceptions.of(before.motion_id)):\n",
        "    if before.motion_id is None:\n",
        (
            "tests/motions/test_duplicates.py::test_what_came_since_the_card_was_prepared_is_asked_before_anything_leaves",
        ),
    ),
    Guard(
        "deal's fields: who does not lead leaves them",
        "motions/recording.py",
        "    if leading(of_deal).id != motion.id:\n",
        "    if not of_deal:\n",
        ("tests/motions/test_leading.py::test_the_later_one_leaves_the_deal_to_the_first_and_has_its_own_record",),
    ),
    Guard(
        "deal's fields: who leads now writes them",
        "motions/recording.py",
        "    if written and written[-1].subject != lead.id:\n",
        "    if not written:\n",
        ("tests/motions/test_leading.py::test_when_the_leading_one_falls_back_the_deal_speaks_of_the_other",),
    ),
    Guard(
        "deal's fields: another motion's write is no person's edit",
        "motions/recording.py",
        "before = last_written(ports.durable.read(lambda uow: _written(_of_deal(motion.opportunity_id, uow), uow)))",
        "before = last_written(ports.durable.read(lambda uow: uow.effects.of(motion.id)))",
        ("tests/motions/test_leading.py::test_who_gets_further_takes_the_deal_over_whole",),
    ),
    Guard(
        "lease: who looked for too long does not send",
        "motions/performing.py",
        ("    if found is None and ports.clock.now() > must_begin_by:\n"),
        ("    if found == must_begin_by:\n"),
        ("tests/motions/test_performing.py::test_who_looked_for_too_long_leaves_the_sending_to_whoever_comes_next",),
    ),
    Guard(
        "look-up: what found nothing does not settle a lost answer",
        "motions/performing.py",
        "    is_doubtful = since is not None and effect.recovery is Recovery.LOOK_UP\n",
        "    is_doubtful = since == effect.recovery\n",
        (
            "tests/motions/test_syncing.py::test_a_look_at_an_older_version_and_a_refused_try_do_not_settle_a_lost_answer",
        ),
    ),
    Guard(
        "lease: who was overtaken frees nothing",
        "motions/performing.py",
        ", of_try=of_try)",
        ")",
        (
            "tests/motions/test_performing.py::test_an_attempt_that_was_overtaken_does_not_free_the_effect_under_the_other",
        ),
    ),
    Guard(
        "settle: who was overtaken settles nothing but that it is done",
        "store/effects.py",
        ("            standing.append(effects.c.tries == of_try)\n"),
        ("            pass\n"),
        (
            "tests/contracts/test_store_decisions.py::test_an_attempt_that_was_overtaken_settles_nothing_but_that_it_is_done",
        ),
    ),
    Guard(
        "done once: an effect that happened is not sent again",
        "motions/performing.py",
        ("        if held.status is EffectStatus.DONE:\n            return held, None\n"),
        "",
        ("tests/motions/test_performing.py::test_a_done_effect_is_never_sent_again",),
    ),
    Guard(
        "refused for good: what the other side declined is not sent again",
        "motions/performing.py",
        ("        if held.status is EffectStatus.REFUSED:\n            raise Rejected(plan.kind, held.detail)\n"),
        "",
        ("tests/motions/test_performing.py::test_a_refusal_of_something_final_stays_refused",),
    ),
    Guard(
        "unknown: what nobody can tell is not sent again",
        "motions/performing.py",
        ("        if held.status is EffectStatus.UNKNOWN:\n            raise _unknown(held)\n"),
        "",
        ("tests/motions/test_performing.py::test_what_can_be_neither_repeated_nor_looked_up_is_left_to_a_person",),
    ),
    Guard(
        "lease: who does not get an effect does not perform it",
        "motions/performing.py",
        ("    if not is_taken:\n"),
        ("    if is_taken is None:\n"),
        ("tests/motions/test_performing.py::test_while_somebody_else_performs_it_nobody_may",),
    ),
    Guard(
        "look-up: a lost answer is looked up before anything is sent again",
        "motions/performing.py",
        ("    found = _look_up(effect, find, since, ports) if since is not None else None\n"),
        ("    found = None\n"),
        ("tests/motions/test_performing.py::test_a_lost_answer_is_looked_up_and_adopted",),
    ),
    Guard(
        "look-up: when it fails, the effect stays ambiguous",
        "motions/performing.py",
        '_settle(effect, EffectStatus.INTENT, ports, detail=f"looking it up failed: {error}")',
        '_settle(effect, EffectStatus.HELD, ports, detail=f"looking it up failed: {error}")',
        ("tests/motions/test_performing.py::test_a_look_up_that_fails_does_not_make_the_effect_safe_to_send",),
    ),
    Guard(
        "look-up: it reaches back to the first attempt",
        "motions/performing.py",
        ("    return taken, min(moment for moment in (held.first_started_at, now, forgotten) if moment is not None)\n"),
        ("    return taken, now + 2 * MARGIN\n"),
        ("tests/motions/test_performing.py::test_a_look_up_reaches_back_to_the_call_whatever_the_clock_did",),
    ),
    Guard(
        "lost answer: an effect whose answer is lost is ambiguous",
        "motions/performing.py",
        ("    _settle(effect, EffectStatus.INTENT, ports, detail=str(lost))\n    raise Unavailable("),
        ("    _settle(effect, EffectStatus.HELD, ports, detail=str(lost))\n    raise Unavailable("),
        ("tests/motions/test_performing.py::test_a_lost_answer_is_looked_up_and_adopted",),
    ),
    Guard(
        "ask: what can be neither repeated nor looked up is never sent again",
        "motions/performing.py",
        ("        case Recovery.ASK:\n            _settle("),
        ("        case Recovery.ASK:\n            return None\n            _settle("),
        ("tests/motions/test_performing.py::test_what_can_be_neither_repeated_nor_looked_up_is_left_to_a_person",),
    ),
    Guard(
        "ask: its lost answer goes to a person at once",
        "motions/performing.py",
        (
            "    if effect.recovery is Recovery.ASK:\n"
            "        _settle(effect, EffectStatus.UNKNOWN, ports, detail=str(lost))\n"
            "        raise _unknown(effect) from lost\n"
        ),
        "",
        (
            "tests/motions/test_performing.py::test_the_lost_answer_of_what_cannot_be_looked_up_is_a_persons_matter_at_once",
        ),
    ),
    Guard(
        "ask: it leaves under a person's approval only",
        "motions/performing.py",
        ("    if plan.recovery is Recovery.ASK:\n"),
        ("    if plan.recovery is None:\n"),
        (
            "tests/motions/test_performing.py::test_what_can_be_neither_repeated_nor_looked_up_leaves_under_an_approval_only",
        ),
    ),
    Guard(
        "outcome: what surely was not done may be tried again",
        "motions/performing.py",
        "    status = EffectStatus.INTENT if is_doubtful else EffectStatus.HELD\n",
        "    status = EffectStatus.INTENT\n",
        ("tests/motions/test_performing.py::test_what_is_sent_again_is_what_was_stored_first",),
    ),
    Guard(
        "approval at the call: what an effect rests on is asked in the transaction that lets it out",
        "motions/performing.py",
        "grant = guard(uow) if guard is not None else None",
        "grant = None",
        ("tests/motions/test_performing.py::test_what_its_guard_forbids_does_not_leave_and_leaves_no_trace",),
    ),
    Guard(
        "kill switch: nothing leaves while it is on",
        "motions/performing.py",
        "plan.kind not in PASSES_STOP and (why := ",
        "(why := None) and (why := ",
        ("tests/motions/test_approvals.py::test_while_nothing_may_leave_an_approval_is_kept_and_files_later",),
    ),
    Guard(
        "kill switch: every effect locks it",
        "motions/performing.py",
        "is_locking=True",
        "is_locking=False",
        (
            "tests/motions/test_switches.py::test_every_effect_locks_the_switch_so_that_who_turns_it_waits_for_what_is_leaving",
        ),
    ),
    Guard(
        "restored database: what seems new is looked up while the database may have forgotten",
        "motions/performing.py",
        ("            return effect, _forgotten_since(effect, uow, now)\n"),
        ("            return effect, None\n"),
        ("tests/motions/test_doubting.py::test_a_motion_that_is_forgotten_and_played_again_leaves_one_of_everything",),
    ),
    Guard(
        "clock set back: no lease is believed that is longer than leases are",
        "motions/performing.py",
        ("    if held.lease_until - now <= LEASE:\n"),
        ("    if held is not None:\n"),
        ("tests/motions/test_performing.py::test_a_lease_from_before_the_clock_was_set_back_ends_all_the_same",),
    ),
    Guard(
        "audience: who reads is asked before posting",
        "motions/posting.py",
        (
            "        check_readers(plan.destination, plan.audience, ports.messenger)\n"
            "        return ports.messenger.post("
        ),
        "        return ports.messenger.post(",
        ("tests/motions/test_posting.py::test_internal_words_go_where_only_our_own_people_read",),
    ),
    Guard(
        "audience: who reads is asked before redrawing",
        "motions/posting.py",
        (
            "        check_readers(plan.destination, plan.audience, ports.messenger)\n"
            "        ports.messenger.update(ref, message)\n"
        ),
        ("        ports.messenger.update(ref, message)\n"),
        ("tests/motions/test_posting.py::test_a_card_is_never_redrawn_where_a_partner_was_let_in",),
    ),
    Guard(
        "redraw: one that had to wait brings back nothing that is over",
        "motions/posting.py",
        "    keyed = replace(drawn, key=",
        "    keyed = drawn or replace(drawn, key=",
        ("tests/motions/test_cards.py::test_a_redraw_that_had_to_wait_does_not_bring_back_what_was_so_before",),
    ),
    Guard(
        "audience: words for one partner are read by no other",
        "motions/posting.py",
        " and actual.partners == (wanted,)",
        "",
        ("tests/motions/test_posting.py::test_words_for_a_partner_go_where_exactly_that_partner_reads",),
    ),
    Guard(
        "audience: our own words are read by nobody else",
        "motions/posting.py",
        ("        return actual.kind is AudienceKind.INTERNAL\n"),
        ("        return actual.kind is not AudienceKind.UNKNOWN\n"),
        ("tests/motions/test_posting.py::test_internal_words_go_where_only_our_own_people_read",),
    ),
    Guard(
        "audience: a channel that may soon be shared is of unknown audience",
        "handlers/audiences.py",
        'room.get("is_pending_ext_shared") or ',
        "",
        ("tests/handlers/test_channels.py::test_only_a_plain_answer_settles_an_audience",),
    ),
    Guard(
        "look-up: only our own posts count",
        "handlers/channels.py",
        "            if self._is_ours(message) and _key_of(message) == key:",
        "            if _key_of(message) == key:",
        ("tests/handlers/test_channels.py::test_somebody_elses_metadata_is_no_post_of_ours",),
    ),
    Guard(
        "intent: an effect's key is intended once",
        "store/effects.py",
        ("        return insert_new(effects, values_of(effect), self._session)\n"),
        ("        return insert_new(effects, values_of(effect), self._session) or True\n"),
        ("tests/contracts/test_store_decisions.py::test_an_effect_is_intended_once",),
    ),
    Guard(
        "take: not while somebody else's lease lasts",
        "store/effects.py",
        ", effects.c.lease_until <= now)",
        ")",
        ("tests/contracts/test_store_decisions.py::test_only_an_open_effect_nobody_leases_is_taken",),
    ),
    Guard(
        "take: only what may be tried again",
        "store/effects.py",
        " effects.c.status.in_(_TAKEABLE),",
        "",
        ("tests/contracts/test_store_decisions.py::test_only_an_open_effect_nobody_leases_is_taken",),
    ),
    Guard(
        "settle: what is done stays done",
        "store/effects.py",
        ("        standing = [effects.c.key == key, effects.c.status != EffectStatus.DONE]\n"),
        ("        standing = [effects.c.key == key]\n"),
        ("tests/contracts/test_store_decisions.py::test_what_is_done_stays_done",),
    ),
    Guard(
        "compare-and-swap: only from the state it was in",
        "store/motions.py",
        ", motions.c.state == state, motions.c.epoch == epoch)",
        ", motions.c.epoch == epoch)",
        ("tests/contracts/test_store.py::test_a_motion_moves_from_where_it_is_only",),
    ),
    Guard(
        "compare-and-swap: only at the epoch it was in",
        "store/motions.py",
        ", motions.c.state == state, motions.c.epoch == epoch)",
        ", motions.c.state == state)",
        ("tests/contracts/test_store.py::test_a_motion_moves_from_where_it_is_only",),
    ),
    Guard(
        "segment: it ends when its motion has moved on",
        "motions/moving.py",
        " or motion.epoch != epoch or motion.state is not state:",
        ":",
        ("tests/motions/test_closing.py::test_closing_twice_hands_over_once",),
    ),
    Guard(
        "advance: who lost the race changes nothing",
        "motions/moving.py",
        (
            "    if not uow.motions.move(motion.id, state=motion.state, epoch=motion.epoch, changes=beside | moved):\n"
            "        return None\n"
        ),
        ("    uow.motions.move(motion.id, state=motion.state, epoch=motion.epoch, changes=beside | moved)\n"),
        ("tests/motions/test_filing.py::test_a_refusal_of_what_somebody_stopped_meanwhile_is_nobodys",),
    ),
    Guard(
        "claim: a decision is made once",
        "store/decisions.py",
        (
            '            "reason": reason,\n'
            "        }\n"
            "        return self._update(token, approvals.c.verdict.is_(None), decision)"
        ),
        (
            '            "reason": reason,\n'
            "        }\n"
            "        return self._update(token, approvals.c.token == token, decision)"
        ),
        ("tests/contracts/test_store_decisions.py::test_a_request_is_decided_once",),
    ),
    Guard(
        "claim: a standing approval decides what nobody decided",
        "store/decisions.py",
        (
            '            "standing": standing.token,\n'
            "        }\n"
            "        return self._update(token, approvals.c.verdict.is_(None), decision)"
        ),
        (
            '            "standing": standing.token,\n'
            "        }\n"
            "        return self._update(token, approvals.c.token == token, decision)"
        ),
        (
            "tests/contracts/test_store_decisions.py::test_a_standing_approval_decides_a_request_once_in_its_giver_s_name",
        ),
    ),
    Guard(
        "two people: the first stays the first",
        "store/decisions.py",
        "and_(approvals.c.verdict.is_(None), approvals.c.first_by.is_(None))",
        "approvals.c.verdict.is_(None)",
        (
            "tests/contracts/test_store_decisions.py::test_the_first_of_two_people_is_kept_once_and_before_the_verdict_only",
        ),
    ),
    Guard(
        "take back: only what is approved",
        "store/decisions.py",
        ("        is_approved = approvals.c.verdict == Verdict.APPROVED\n"),
        ("        is_approved = approvals.c.token == token\n"),
        (
            "tests/contracts/test_store_decisions.py::test_what_was_approved_is_taken_back_once_and_keeps_who_approved_it",
        ),
    ),
    Guard(
        "standing approval: given once, and not after it was revoked",
        "store/standings.py",
        (", rows.c.given_at.is_(None), rows.c.revoked_at.is_(None))\n        return update_rows"),
        (")\n        return update_rows"),
        ("tests/contracts/test_store_decisions.py::test_a_standing_approval_is_given_once_and_revoked_once",),
    ),
    Guard(
        "standing approval: revoked once",
        "store/standings.py",
        ("        standing = (rows.c.token == token, rows.c.revoked_at.is_(None))\n"),
        ("        standing = (rows.c.token == token,)\n"),
        ("tests/contracts/test_store_decisions.py::test_a_standing_approval_is_given_once_and_revoked_once",),
    ),
    Guard(
        "log: each hash holds the one before",
        "store/log.py",
        'f"{entry.prev_hash}{canonical_json(said)}"',
        'f"{canonical_json(said)}"',
        (
            "tests/store/test_store_log.py::test_an_entry_replaced_by_one_with_a_hash_of_its_own_breaks_the_one_after_it",
        ),
    ),
    Guard(
        "log: a changed entry is found",
        "store/log.py",
        (
            "            if (entry.seq, entry.prev_hash, entry.hash) != (seq + 1, prev_hash, hash_of(entry)):\n"
            "                return seq + 1\n"
        ),
        "",
        ("tests/store/test_store_log.py::test_tampering_is_found_where_it_begins",),
    ),
    Guard(
        "log: a cut tail is found",
        "store/log.py",
        ("    return None if (seq, prev_hash) == head else seq + 1\n"),
        ("    return None\n"),
        ("tests/store/test_store_log.py::test_tampering_is_found_where_it_begins",),
    ),
    Guard(
        "log: one writer at the end of the chain",
        "store/log.py",
        ".with_for_update()",
        "",
        ("tests/store/test_store_log.py::test_who_comes_while_another_is_at_the_end_of_the_chain_waits_and_follows",),
        "postgres",
    ),
    Guard(
        "inbox: an envelope that was handled is known",
        "store/inbox.py",
        ('        if known["handled_at"] is not None:\n            return Arrival.HANDLED\n'),
        "",
        ("tests/contracts/test_store_inbox.py::test_an_envelope_is_new_once_waits_and_is_then_handled",),
    ),
    Guard(
        "inbox: the same gesture under another key is known",
        "store/inbox.py",
        ("        same += [inbox.c.moment == envelope.moment] if envelope.moment else []\n"),
        "",
        ("tests/contracts/test_store_inbox.py::test_the_same_gesture_under_another_key_is_known",),
    ),
    Guard(
        "inbox: one of several workers gets an envelope",
        "store/inbox.py",
        ("inbox.c.due_at <= now, _HAS_PAYLOAD)\n        oldest"),
        ("_HAS_PAYLOAD)\n        oldest"),
        ("tests/contracts/test_store_inbox.py::test_what_is_due_is_taken_by_one_for_a_while_and_counted",),
    ),
    Guard(
        "ingress: a delivery that is known starts nothing",
        "handlers/ingress.py",
        ("        return envelope if arrival is Arrival.NEW else None\n"),
        ("        return envelope\n"),
        ("tests/handlers/test_ingress.py::test_an_event_is_handled_once_however_often_it_comes",),
    ),
    Guard(
        "ingress: what bots and we ourselves say starts nothing",
        "handlers/ingress.py",
        ('        if is_noise(body, self._us):\n            return BoltResponse(status=_OK, body="")\n'),
        "",
        ("tests/handlers/test_ingress.py::test_what_no_person_said_is_dropped_and_not_kept",),
    ),
    Guard(
        "alerts: only what is signed with our secret",
        "handlers/alerts.py",
        (
            "    if not any(hmac.compare_digest(expected, mac.encode()) for mac in macs):\n"
            '        return "the signature does not fit this body and the shared secret"\n'
        ),
        "",
        ("tests/handlers/test_alerts.py::test_a_wrong_signature_is_refused",),
    ),
    Guard(
        "alerts: an old signature is no good",
        "handlers/alerts.py",
        (
            "    if abs(now.timestamp() - int(stamps[0])) > _WINDOW:\n"
            '        return f"signed more than {_WINDOW} seconds ago, or in the future"\n'
        ),
        "",
        ("tests/handlers/test_alerts.py::test_a_signature_is_good_for_five_minutes",),
    ),
    Guard(
        "alerts: the same alert again does nothing",
        "handlers/alerts.py",
        ('    if arrival is Arrival.HANDLED:\n        return JSONResponse({"status": "duplicate"})\n'),
        "",
        ("tests/handlers/test_alerts.py::test_the_same_alert_again_does_nothing",),
    ),
    Guard(
        "people: whose company somebody is of is Slack's word",
        "handlers/people.py",
        ("        if team_id and team_id not in profile.orgs:\n"),
        ("        if not profile:\n"),
        ("tests/handlers/test_people.py::test_a_claimed_company_slack_does_not_confirm_makes_a_stranger",),
    ),
    Guard(
        "people: an outsider's e-mail address gives no role",
        "handlers/people.py",
        ("        if self._us.is_ours(profile.orgs):\n            # Only"),
        ("        if profile.email:\n            # Only"),
        ("tests/handlers/test_people.py::test_an_outsider_with_our_managers_email_gets_no_role_of_ours",),
    ),
    Guard(
        "people: guests, bots and deleted accounts may do nothing",
        "handlers/people.py",
        ("        if _is_nobody(profile):\n            return Role.STRANGER, None\n"),
        "",
        ("tests/handlers/test_people.py::test_bots_guests_strangers_and_the_departed_have_no_role",),
    ),
    Guard(
        "role: only who may decides",
        "motions/deciding.py",
        ("    if by.role in MAY_DECIDE:\n"),
        ("    if by.role:\n"),
        ("tests/motions/test_approvals.py::test_sellers_partners_and_strangers_decide_nothing",),
    ),
    Guard(
        "decided: a second click changes nothing",
        "motions/deciding.py",
        " or _why_decided(approval):",
        ":",
        ("tests/motions/test_approvals.py::test_a_second_click_is_told_who_was_first",),
    ),
    Guard(
        "expiry: nothing is decided after its time",
        "motions/deciding.py",
        ("    if ports.clock.now() >= approval.expires_at:\n"),
        ("    if ports is None:\n"),
        ("tests/motions/test_approvals.py::test_an_expired_card_decides_nothing_however_late_it_is_swept",),
    ),
    Guard(
        "state: a card decides nothing once its motion has moved",
        "motions/deciding.py",
        ("    if motion.state is not asked_in or motion.epoch != approval.epoch:\n"),
        ("    if motion.epoch != approval.epoch:\n"),
        ("tests/motions/test_approvals.py::test_a_motion_that_is_not_waiting_cannot_be_decided",),
    ),
    Guard(
        "epoch: an older card decides nothing",
        "motions/deciding.py",
        ("    if motion.state is not asked_in or motion.epoch != approval.epoch:\n"),
        ("    if motion.state is not asked_in:\n"),
        ("tests/motions/test_approvals.py::test_a_button_of_an_earlier_epoch_decides_nothing",),
    ),
    Guard(
        "seal: only the bytes that were shown are approved",
        "motions/deciding.py",
        ("    if request.proposal.seal != approval.seal:\n"),
        ("    if request.proposal.seal is None:\n"),
        (
            "tests/motions/test_approvals.py::test_bytes_that_are_not_the_sealed_ones_are_never_approved_and_the_operator_is_told",
        ),
    ),
    Guard(
        "requester: who asked for a motion does not approve it",
        "motions/deciding.py",
        ("    if is_requester(motion, by.key, uow) and not ports.config.policy.requester_may_approve:\n"),
        ("    if ports is None:\n"),
        ("tests/motions/test_approvals.py::test_whoever_asked_for_a_motion_does_not_decide_it",),
    ),
    Guard(
        "policy: what it forbids nobody approves",
        "motions/deciding.py",
        ("    if ports.config.policy.autonomy_for(action, motion.band) is Autonomy.FORBID:\n"),
        ("    if ports is None:\n"),
        ("tests/motions/test_approvals.py::test_policy_may_forbid_filing_for_a_band",),
    ),
    Guard(
        "two people: the same person counts once",
        "motions/endorsing.py",
        ("        if approval.first_by == by.key:\n"),
        ("        if by is None:\n"),
        ("tests/motions/test_two_people.py::test_the_same_person_counts_once_and_is_told_so",),
    ),
    Guard(
        "two people: a large amount needs two",
        "motions/endorsing.py",
        ("    return 2 if is_big else 1\n"),
        ("    return 1\n"),
        ("tests/motions/test_two_people.py::test_the_amount_decides_how_many_approve",),
    ),
    Guard(
        "seal: nothing is filed but what was approved",
        "motions/filing.py",
        ("    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:\n"),
        ("    if approval.verdict is not Verdict.APPROVED:\n"),
        ("tests/motions/test_filing.py::test_without_an_approval_of_exactly_these_bytes_nothing_is_filed",),
    ),
    Guard(
        "approval: nothing is filed without one",
        "motions/filing.py",
        ("    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:\n"),
        ("    if approval.seal != proposal.seal:\n"),
        ("tests/motions/test_filing.py::test_without_an_approval_of_exactly_these_bytes_nothing_is_filed",),
    ),
    Guard(
        "one filing: after other words were let out nothing is filed over them",
        "motions/filing.py",
        ('    if left is not None and left.payload.get("seal") != proposal.seal:\n'),
        ("    if motion is None:\n"),
        (
            "tests/motions/test_filing.py::test_another_referral_is_never_filed_over_calls_that_were_let_out_under_an_earlier_approval",
        ),
    ),
    Guard(
        "seal at the call: what was sealed is what is filed",
        "motions/authority.py",
        " or {approval.seal, proposal.seal} != {seal}:",
        ":",
        ("tests/motions/test_authority.py::test_what_nobody_approved_may_not",),
    ),
    Guard(
        "take back: nothing leaves after an approval was taken back",
        "motions/authority.py",
        "    if approval.verdict is not Verdict.APPROVED or {",
        "    if {",
        ("tests/motions/test_authority.py::test_what_nobody_approved_may_not",),
    ),
    Guard(
        "take back: who takes back and what leaves wait for each other",
        "motions/authority.py",
        ("        uow.motions.locked(motion.id)\n"),
        "",
        (
            "tests/motions/test_authority.py::test_every_call_locks_its_motion_so_that_who_takes_the_approval_back_waits_for_it",
        ),
    ),
    Guard(
        "standing approval: one that ended or was revoked lets nothing out",
        "motions/authority.py",
        ('    return f"the standing approval of {standing.given_name} {why}" if why else None\n'),
        ("    return None\n"),
        (
            "tests/motions/test_filing.py::test_when_nobody_knows_whether_the_first_call_arrived_a_withdrawn_filing_says_so",
        ),
    ),
    Guard(
        "take back: too late once something left",
        "motions/approvals.py",
        ("        why = who_may(by, request.motion) or _why_too_late(request, uow, ports)\n"),
        ("        why = who_may(by, request.motion)\n"),
        ("tests/motions/test_taking_back.py::test_once_it_is_in_the_portal_it_is_too_late_and_said_where_it_is",),
    ),
    Guard(
        "take back: only who may decide",
        "motions/approvals.py",
        ("        why = who_may(by, request.motion) or _why_too_late(request, uow, ports)\n"),
        ("        why = _why_too_late(request, uow, ports)\n"),
        ("tests/motions/test_taking_back.py::test_sellers_partners_and_strangers_take_nothing_back",),
    ),
    Guard(
        "bounce: what the portal would refuse is not approved",
        "motions/approvals.py",
        ("        if not request.proposal.is_ready:\n"),
        ("        if request is None:\n"),
        ("tests/motions/test_preparing.py",),
    ),
    Guard(
        "standing approval: not beyond its amount",
        "motions/terms.py",
        " or amount.amount > standing.up_to.amount:",
        ":",
        ("tests/motions/test_terms.py::test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    Guard(
        "standing approval: not in another currency",
        "motions/terms.py",
        " or amount.currency != standing.up_to.currency",
        "",
        ("tests/motions/test_terms.py::test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    Guard(
        "standing approval: not for another partner",
        "motions/terms.py",
        " or standing.partner != proposal.audience",
        "",
        ("tests/motions/test_terms.py::test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    Guard(
        "standing approval: not after its last day",
        "motions/terms.py",
        ('    if today > standing.until:\n        return f"ended on {standing.until}"\n'),
        "",
        ("tests/motions/test_terms.py::test_what_holds_no_longer_says_why",),
    ),
    Guard(
        "standing approval: not once its stored terms were changed",
        "motions/terms.py",
        ('    if not standing.is_sealed:\n        return "is not what was given: its stored terms were changed"\n'),
        "",
        ("tests/motions/test_terms.py::test_what_holds_no_longer_says_why",),
    ),
    Guard(
        "standing approval: not under another policy",
        "motions/terms.py",
        ("    if standing.policy_version != config.policy.version:\n"),
        ("    if config is None:\n"),
        ("tests/motions/test_terms.py::test_what_holds_no_longer_says_why",),
    ),
    Guard(
        "standing approval: not of somebody who left",
        "motions/terms.py",
        ("    if not _may_still_give(standing, config):\n"),
        ("    if config is None:\n"),
        ("tests/motions/test_terms.py::test_what_holds_no_longer_says_why",),
    ),
    Guard(
        "standing approval: not once revoked",
        "motions/terms.py",
        ('    if standing.revoked_at is not None:\n        return f"was revoked by {standing.revoked_name}"\n'),
        "",
        (
            "tests/motions/test_filing.py::test_when_nobody_knows_whether_the_first_call_arrived_a_withdrawn_filing_says_so",
        ),
    ),
    Guard(
        "standing approval: not what needs two people",
        "motions/terms.py",
        ("    if people_needed(proposal, config.policy) > 1:\n        return False\n"),
        "",
        ("tests/motions/test_terms.py::test_what_needs_two_people_is_never_covered",),
    ),
    Guard(
        "standing approval: not what its giver asked for",
        "motions/terms.py",
        ("    return config.policy.requester_may_approve or not is_requester(motion, standing.given_by, uow)\n"),
        ("    return True\n"),
        (
            "tests/motions/test_terms.py::test_what_its_giver_asked_for_is_covered_only_where_policy_lets_them_approve_it",
        ),
    ),
    Guard(
        "standing approval: not what policy forbids",
        "motions/terms.py",
        (
            "    if config.policy.autonomy_for(ActionKind.PORTAL_FILING, motion.band) is Autonomy.FORBID:\n"
            "        return False\n"
        ),
        "",
        ("tests/motions/test_terms.py::test_what_policy_forbids_is_never_covered",),
    ),
    Guard(
        "standing approval: given by who was offered it",
        "motions/standing.py",
        "    if by.key != offered.given_by or not may_give(",
        "    if not may_give(",
        ("tests/motions/test_standing.py::test_nobody_gives_what_was_offered_to_somebody_else",),
    ),
    Guard(
        "standing approval: offered to who looks after the partner",
        "motions/standing.py",
        ("    if not may_give(asker, partner.key, ports.config):\n"),
        ("    if asker is None:\n"),
        ("tests/motions/test_standing.py::test_a_seller_is_told_who_approves_in_advance",),
    ),
    Guard(
        "standing approval: revoked by who looks after the partner",
        "motions/standing.py",
        ("        if not may_give(by, found.partner, ports.config):\n"),
        ("        if by is None:\n"),
        ("tests/motions/test_standing.py::test_a_seller_revokes_nothing_and_it_is_revoked_once",),
    ),
    Guard(
        "kill switch: only operators and admins",
        "motions/switches.py",
        ("    if by.role not in STOPPERS:\n"),
        ("    if by is None:\n"),
        ("tests/motions/test_switches.py::test_nobody_else_stops_or_resumes",),
    ),
    Guard(
        "handoff: only the partner it is for takes it on",
        "motions/handoffs.py",
        ("        motion = theirs(token, by, uow, ports)\n"),
        ("        motion = next(iter(uow.motions.find(MotionQuery(handoff_token=token))), None)\n"),
        ("tests/motions/test_handoffs.py::test_nobody_else_may_take_it",),
    ),
    Guard(
        "handoff: only the partner's reply is their first act",
        "motions/handoffs.py",
        ("        if by.role is Role.PARTNER and by.partner == found[0].partner:\n"),
        ("        if by.role:\n"),
        ("tests/motions/test_handoffs.py::test_an_answer_by_anybody_else_is_talk",),
    ),
    Guard(
        "home: partners and strangers see nothing",
        "motions/queues.py",
        ("        if person.role in {Role.PARTNER, Role.STRANGER}:\n"),
        ("        if person is None:\n"),
        ("tests/motions/test_queues.py::test_a_partners_or_a_strangers_desk_is_empty",),
    ),
    Guard(
        "asking: partners and strangers are told nothing",
        "motions/asking.py",
        ("    if asker.role in {Role.PARTNER, Role.STRANGER}:\n"),
        ("    if asker is None:\n"),
        ("tests/motions/test_asking.py::test_partners_and_strangers_learn_nothing",),
    ),
    Guard(
        "asking: sellers find their own deals",
        "motions/asking.py",
        ('    owner = asker.email or "" if asker.role is Role.SELLER else None\n'),
        ("    owner = None\n"),
        ("tests/motions/test_asking.py::test_a_seller_finds_their_own_deals_only",),
    ),
    Guard(
        "trigger: a change that is known starts nothing",
        "motions/triggers.py",
        ("    if not uow.matches.add_trigger(trigger):\n        return False\n"),
        ("    uow.matches.add_trigger(trigger)\n"),
        ("tests/motions/test_triggers.py::test_two_processes_reading_one_change_start_it_once",),
    ),
    Guard(
        "trigger: an older row undoes nothing",
        "motions/triggers.py",
        " if deal.id not in known or deal.modified_at >= known[deal.id]]\n",
        "]\n",
        ("tests/motions/test_triggers.py::test_an_older_read_never_undoes_a_newer_one",),
    ),
    Guard(
        "opening: one motion for a deal and a partner",
        "store/motions.py",
        ("        return insert_new(motions, values_of(motion), self._session)\n"),
        ("        return insert_new(motions, values_of(motion), self._session) or True\n"),
        ("tests/contracts/test_store.py",),
    ),
    Guard(
        "expiry: silence is no consent",
        "motions/sweeping.py",
        "decide(uow, latest[0], Verdict.EXPIRED, by=None, at=now)",
        "decide(uow, latest[0], Verdict.APPROVED, by=None, at=now)",
        ("tests/motions/test_sweeping.py::test_a_card_nobody_decides_is_withdrawn_in_public",),
    ),
    Guard(
        "queries: the daily comparison asks for open deals alone",
        "motions/triggers.py",
        "uow.deals.stamps(list(standing))",
        "uow.deals.stamps()",
        ("tests/store/test_store_questions.py::test_no_question_reads_all_of_what_grows",),
    ),
    Guard(
        "audience: a guest in a channel of ours is nobody of ours",
        "handlers/audiences.py",
        "        if reader.is_guest and not (is_ours and self._guests_are_internal):\n",
        "        if reader.is_guest and not is_ours:\n",
        ("tests/handlers/test_audiences.py::test_a_guest_makes_a_channel_of_ours_nobodys",),
    ),
    Guard(
        "audience: whoever is invited to a channel reads it tomorrow",
        "handlers/audiences.py",
        '        return set(), "another company is invited to it"\n',
        "        pass\n",
        ("tests/handlers/test_audiences.py::test_a_channel_that_becomes_shared_is_no_longer_internal",),
    ),
    Guard(
        "gate: what is not named for partners is for our own people",
        "handlers/gates.py",
        " and bool(names := _names(body)) and names <= PARTNERS_MAY\n",
        "\n",
        ("tests/handlers/test_listeners.py::test_nobody_else_presses_our_cards_buttons",),
    ),
    Guard(
        "direct answer: only where the asker alone reads",
        "handlers/assistant.py",
        "        check_readers(channel, meant_for, messenger)\n",
        "        pass\n",
        ("tests/handlers/test_listeners.py::test_a_direct_question_is_answered_only_where_the_asker_alone_reads",),
    ),
    Guard(
        "desk: a grant that names people is for those",
        "motions/partner_desk.py",
        " and (viewer.role is not Role.PARTNER or may_see(found, viewer))\n",
        "\n",
        ("tests/motions/test_partner_desk.py::test_a_grant_is_for_the_people_it_names_and_the_rest_see_a_stub",),
    ),
)
