"""The guards of keeping a filed referral and its deal in step; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_S, _T = "tests/motions/test_syncing.py::", "tests/motions/test_syncing_terms.py::"
_R, _E = "tests/motions/test_revocation.py::", "tests/motions/test_resuming.py::"

ROWS: tuple[Row, ...] = (
    (
        "in step: only what the approved card named is sent",
        "motions/in_step.py",
        "        field: direction if field in approved else less.get(direction, direction)\n",
        "        field: direction if approved is not None else less.get(direction, direction)\n",
        (f"{_T}test_what_the_card_did_not_name_is_not_sent",),
    ),
    (
        "in step: what both changed is a person's",
        "motions/merging.py",
        "        return Turn.CONFLICT if they_moved else Turn.SEND\n",
        "        return Turn.SEND\n",
        ("tests/motions/test_merging.py::test_row",),
    ),
    (
        "in step: our own change is agreed with its outcome",
        "motions/in_step.py",
        '        if entry.event == "effect.done":\n',
        '        if entry.event == "effect.done" and not made:\n',
        (f"{_S}test_a_change_after_a_lost_answer_is_no_conflict",),
    ),
    (
        "in step: an older read is not taken for a change",
        "motions/syncing.py",
        "    if held.modified_at < newest:\n",
        "    if newest < newest:\n",
        (f"{_S}test_an_older_read_after_our_own_write_is_not_taken_for_a_colleague_s",),
    ),
    (
        "in step: the approval is asked for again at every change",
        "motions/syncing.py",
        "        if (why := why_withdrawn(motion.id, terms.proposal.seal, uow, ports)) is not None:\n",
        "        if (why := why_withdrawn(motion.id, terms.proposal.seal, uow, ports)) == motion.id:\n",
        (f"{_T}test_a_revoked_approval_sends_nothing_more",),
    ),
    (
        "in step: the grant is asked for again at every change",
        "motions/syncing.py",
        "        return granted(uow)\n",
        "        return None\n",
        (f"{_T}test_a_grant_that_ends_under_the_round_lets_nothing_out",),
    ),
    (
        "in step: a deal that outgrew its approval keeps its amount here",
        "motions/authority.py",
        "    if limit is not None and worth.amount >= limit and approval.first_by is None:\n",
        "    if limit is not None and worth.amount >= limit and approval is None:\n",
        (f"{_T}test_an_amount_that_needs_two_people_stays_here_and_the_rest_goes",),
    ),
    (
        "in step: nothing is sent while the partner reviews",
        "motions/syncing.py",
        "    return planned, {} if held.locked else {",
        "    return planned, {",
        (f"{_S}test_what_changes_during_the_review_waits_for_the_decision_and_survives_a_restart",),
    ),
    (
        "in step: what the partner closed is never sent",
        "motions/syncing.py",
        "moved.items() if field in held.open}",
        "moved.items()}",
        (f"{_S}test_what_the_portal_has_closed_for_ever_is_never_sent_and_told_once",),
    ),
    (
        "in step: aws's record is not overwritten where somebody else was quicker",
        "connectors/aws/edits.py",
        "        if held[field] not in {value, seen[field]}\n",
        "        if held[field] is field\n",
        ("tests/connectors/aws/test_aws_kept.py::test_what_somebody_changed_meanwhile_is_not_overwritten",),
    ),
    (
        "in step: who has not looked settles no conflict",
        "motions/in_step_log.py",
        "        return told.has_compared and clear_exceptions(uow, motion.id, at=ports.clock.now(), code=CONFLICT)\n",
        "        return clear_exceptions(uow, motion.id, at=ports.clock.now(), code=CONFLICT)\n",
        (f"{_S}test_a_round_that_cannot_read_the_deal_settles_no_conflict",),
    ),
    (
        "in step: who has not looked settles no refusal",
        "motions/in_step_log.py",
        "        return told.has_compared and clear_exceptions(uow, motion.id, at=ports.clock.now(), code=STOPPED)\n",
        "        return clear_exceptions(uow, motion.id, at=ports.clock.now(), code=STOPPED)\n",
        (f"{_T}test_a_round_that_cannot_read_the_deal_settles_no_refusal",),
    ),
    (
        "in step: two rounds beside each other tell a change once",
        "motions/in_step_log.py",
        "taken=_unknown(told.taken, before)",
        "taken=told.taken",
        (f"{_S}test_two_rounds_beside_each_other_tell_a_change_in_the_portal_once",),
    ),
    (
        "in step: an older round undoes nothing",
        "motions/in_step_log.py",
        "told.seen_at < (before.seen_at or told.seen_at):\n",
        "told.seen_at < told.seen_at:\n",
        (
            f"{_S}test_a_round_that_another_one_overtook_does_not_undo_what_that_one_told",
            f"{_S}test_a_conflict_that_was_settled_under_a_round_is_not_opened",
        ),
    ),
    (
        "in step: who was overtaken looks again",
        "motions/in_step_log.py",
        "        uow.enqueue(again)\n",
        "        pass\n",
        (f"{_S}test_who_was_overtaken_looks_once_more",),
    ),
    (
        "in step: a lost change that may not be sent again is settled by what stands there",
        "motions/syncing.py",
        "            refused = settle_unsent(case, plan, refused)\n",
        "            refused = None\n",
        (f"{_T}test_a_change_whose_approval_ended_after_a_lost_answer_is_settled_by_what_stands_there",),
    ),
    (
        "in step: settling it sends nothing",
        "motions/amending.py",
        "        raise Rejected(case.key, refused[1])\n",
        '        return ""\n',
        (f"{_T}test_a_change_whose_approval_ended_after_a_lost_answer_is_settled_by_what_stands_there",),
    ),
    (
        "in step: another rate is no change of the deal",
        "motions/syncing.py",
        " or worth_part(context.deal.amount) != terms.progress.worth:\n",
        " or worth_part(context.deal.amount) != terms:\n",
        (
            f"{_S}test_another_rate_or_share_is_no_change_of_the_deal",
            f"{_S}test_another_rate_beside_a_change_in_the_portal_is_no_conflict",
        ),
    ),
    (
        "in step: back at an earlier amount is a change",
        "motions/in_step.py",
        '    is_worth = entry.event == "sync.agreed" and Field.MONTHLY_SPEND in agreed\n',
        "    is_worth = False\n",
        (f"{_S}test_back_at_the_amount_that_was_filed_it_is_sent_though_both_agreed_on_another_meanwhile",),
    ),
    (
        "in step: the reason of a loss needs to be shared as well",
        "motions/syncing.py",
        "    return {*sent} | ({Field.LOSS_REASON} & shown.values.keys() if is_lost else set())\n",
        "    return {*sent}\n",
        (f"{_T}test_why_a_deal_was_lost_leaves_only_while_that_may_be_shared",),
    ),
    (
        "in step: what changed while nothing could cross goes with the next grant",
        "motions/grant_cards.py",
        "        uow.enqueue(segment)  # what changed while nothing could cross\n",
        "        pass\n",
        (f"{_R}test_what_changed_while_nothing_could_cross_reaches_the_portal_when_the_partner_agrees_again",),
    ),
    (
        "in step: what an engine without its tables forgot to send is sent",
        "motions/resuming.py",
        "    forgotten += [segment for segment, ids in waking_up if known.isdisjoint(ids)]\n",
        "",
        (
            f"{_E}test_a_change_of_a_filed_deal_that_nobody_sent_is_sent",
            f"{_E}test_a_lost_deal_closes_its_referral_after_all",
        ),
    ),
    (
        "in step: what waited for the decision is not forgotten with the engine's tables",
        "motions/resuming.py",
        "        if (segment := bring(motion, what, ports, epoch=_epoch_of(name, motion))) is not None:\n",
        "        if (segment := None) is not None:\n",
        (f"{_E}test_what_waited_for_the_decision_is_sent_after_all",),
    ),
)
