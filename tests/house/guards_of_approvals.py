"""The guards of approvals: who decides what, once, and what a filing rests on; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_DECIDING = "motions/deciding.py"
_OF_APPROVALS = "tests/motions/test_approvals.py::"
_OF_FILING = "tests/motions/test_filing.py::"
_DECISIONS = "store/decisions.py"
_OF_DECISIONS = "tests/contracts/test_store_decisions.py::"
_OF_AUTHORITY = "tests/motions/test_authority.py::"

ROWS: tuple[Row, ...] = (
    (
        "claim: a decision is made once",
        _DECISIONS,
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
        (f"{_OF_DECISIONS}test_a_request_is_decided_once",),
    ),
    (
        "two people: the first stays the first",
        _DECISIONS,
        "and_(approvals.c.verdict.is_(None), approvals.c.first_by.is_(None))",
        "approvals.c.verdict.is_(None)",
        (f"{_OF_DECISIONS}test_the_first_of_two_people_is_kept_once_and_before_the_verdict_only",),
    ),
    (
        "take back: only what is approved",
        _DECISIONS,
        "        is_approved = approvals.c.verdict == Verdict.APPROVED\n",
        "        is_approved = approvals.c.token == token\n",
        (f"{_OF_DECISIONS}test_what_was_approved_is_taken_back_once_and_keeps_who_approved_it",),
    ),
    (
        "role: only who may decides",
        _DECIDING,
        "    if by.role in MAY_DECIDE:\n",
        "    if by.role:\n",
        (f"{_OF_APPROVALS}test_sellers_partners_and_strangers_decide_nothing",),
    ),
    (
        "decided: a second click changes nothing",
        _DECIDING,
        " or _why_decided(approval):",
        ":",
        (f"{_OF_APPROVALS}test_a_second_click_is_told_who_was_first",),
    ),
    (
        "expiry: nothing is decided after its time",
        _DECIDING,
        "    if ports.clock.now() >= approval.expires_at:\n",
        "    if ports is None:\n",
        (f"{_OF_APPROVALS}test_an_expired_card_decides_nothing_however_late_it_is_swept",),
    ),
    (
        "state: a card decides nothing once its motion has moved",
        _DECIDING,
        "    if motion.state is not asked_in or motion.epoch != approval.epoch:\n",
        "    if motion.epoch != approval.epoch:\n",
        (f"{_OF_APPROVALS}test_a_motion_that_is_not_waiting_cannot_be_decided",),
    ),
    (
        "epoch: an older card decides nothing",
        _DECIDING,
        "    if motion.state is not asked_in or motion.epoch != approval.epoch:\n",
        "    if motion.state is not asked_in:\n",
        (f"{_OF_APPROVALS}test_a_button_of_an_earlier_epoch_decides_nothing",),
    ),
    (
        "seal: only the bytes that were shown are approved",
        _DECIDING,
        "    if request.proposal.seal != approval.seal:\n",
        "    if request.proposal.seal is None:\n",
        (f"{_OF_APPROVALS}test_bytes_that_are_not_the_sealed_ones_are_never_approved_and_the_operator_is_told",),
    ),
    (
        "requester: who asked for a motion does not approve it",
        _DECIDING,
        "    if is_requester(motion, by.key, uow) and not ports.config.policy.requester_may_approve:\n",
        "    if ports is None:\n",
        (f"{_OF_APPROVALS}test_whoever_asked_for_a_motion_does_not_decide_it",),
    ),
    (
        "policy: what it forbids nobody approves",
        _DECIDING,
        "    if ports.config.policy.autonomy_for(action, motion.band) is Autonomy.FORBID:\n",
        "    if ports is None:\n",
        (f"{_OF_APPROVALS}test_policy_may_forbid_filing_for_a_band",),
    ),
    (
        "two people: the same person counts once",
        "motions/endorsing.py",
        "        if approval.first_by == by.key:\n",
        "        if by is None:\n",
        ("tests/motions/test_two_people.py::test_the_same_person_counts_once_and_is_told_so",),
    ),
    (
        "two people: a large amount needs two",
        "motions/endorsing.py",
        "    return 2 if is_big else 1\n",
        "    return 1\n",
        ("tests/motions/test_two_people.py::test_the_amount_decides_how_many_approve",),
    ),
    (
        "seal: nothing is filed but what was approved",
        "motions/filing.py",
        "    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:\n",
        "    if approval.verdict is not Verdict.APPROVED:\n",
        (f"{_OF_FILING}test_without_an_approval_of_exactly_these_bytes_nothing_is_filed",),
    ),
    (
        "approval: nothing is filed without one",
        "motions/filing.py",
        "    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:\n",
        "    if approval.seal != proposal.seal:\n",
        (f"{_OF_FILING}test_without_an_approval_of_exactly_these_bytes_nothing_is_filed",),
    ),
    (
        "one filing: after other words were let out nothing is filed over them",
        "motions/filing.py",
        '    if left is not None and left.payload.get("seal") != proposal.seal:\n',
        "    if motion is None:\n",
        (f"{_OF_FILING}test_another_referral_is_never_filed_over_calls_that_were_let_out_under_an_earlier_approval",),
    ),
    (
        "seal at the call: what was sealed is what is filed",
        "motions/authority.py",
        " or {approval.seal, proposal.seal} != {seal}:",
        ":",
        (f"{_OF_AUTHORITY}test_what_nobody_approved_may_not",),
    ),
    (
        "take back: nothing leaves after an approval was taken back",
        "motions/authority.py",
        "    if approval.verdict is not Verdict.APPROVED or {",
        "    if {",
        (f"{_OF_AUTHORITY}test_what_nobody_approved_may_not",),
    ),
    (
        "take back: who takes back and what leaves wait for each other",
        "motions/authority.py",
        "        uow.motions.locked(motion.id)\n",
        "",
        (f"{_OF_AUTHORITY}test_every_call_locks_its_motion_so_that_who_takes_the_approval_back_waits_for_it",),
    ),
    (
        "take back: too late once something left",
        "motions/approvals.py",
        "        why = who_may(by, request.motion) or _why_too_late(request, uow, ports)\n",
        "        why = who_may(by, request.motion)\n",
        ("tests/motions/test_taking_back.py::test_once_it_is_in_the_portal_it_is_too_late_and_said_where_it_is",),
    ),
    (
        "take back: only who may decide",
        "motions/approvals.py",
        "        why = who_may(by, request.motion) or _why_too_late(request, uow, ports)\n",
        "        why = _why_too_late(request, uow, ports)\n",
        ("tests/motions/test_taking_back.py::test_sellers_partners_and_strangers_take_nothing_back",),
    ),
    (
        "bounce: what the portal would refuse is not approved",
        "motions/approvals.py",
        "        if not request.proposal.is_ready:\n",
        "        if request is None:\n",
        ("tests/motions/test_preparing.py",),
    ),
    (
        "expiry: silence is no consent",
        "motions/sweeping.py",
        "decide(uow, latest[0], Verdict.EXPIRED, by=None, at=now)",
        "decide(uow, latest[0], Verdict.APPROVED, by=None, at=now)",
        ("tests/motions/test_sweeping.py::test_a_card_nobody_decides_is_withdrawn_in_public",),
    ),
)
