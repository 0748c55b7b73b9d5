"""The guards of what a partner asks to be corrected, and of AWS's events; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_C, _AWS = "tests/motions/test_correcting.py::", "tests/connectors/aws/test_aws_corrections.py::"
_T = "tests/motions/test_correcting_terms.py::"
_E, _B = "tests/connectors/aws/test_aws_events.py::", "tests/bot/test_aws_events.py::"

ROWS: tuple[Row, ...] = (
    (
        "correction: only the approved bytes leave",
        "motions/correcting.py",
        "        if found is None or found[0].seal != found[1].seal or found[1].seal != proposal.seal:\n",
        "        if found is None:\n",
        (f"{_T}test_a_stored_correction_that_was_tampered_with_is_not_sent",),
    ),
    (
        "correction: the grant is asked for again",
        "motions/correcting.py",
        "        return granted(uow)\n",
        "        return None\n",
        (f"{_T}test_a_grant_that_ends_under_the_correction_lets_nothing_out",),
    ),
    (
        "correction: what the grant does not name stays home",
        "motions/correcting.py",
        "        if field not in shown.typed\n",
        "        if field not in typed\n",
        (f"{_T}test_what_the_grant_does_not_name_may_not_be_corrected",),
    ),
    (
        "correction: a competitor named after the click is sent nothing",
        "motions/correcting.py",
        "        if (competing := why_kept_away(motion, uow, ports)) is not None:\n",
        "        if (competing := why_kept_away(motion, uow, ports)) == motion.id:\n",
        (f"{_T}test_a_competitor_named_after_the_click_is_sent_no_correction",),
    ),
    (
        "correction: a lost answer is looked up",
        "motions/correcting.py",
        "        recovery=Recovery.LOOK_UP,\n",
        "        recovery=Recovery.REPEAT,\n",
        (f"{_C}test_a_lost_answer_is_looked_up_and_nothing_goes_twice",),
    ),
    (
        "correction: what may have left is looked up before it is called unsent",
        "motions/unsent.py",
        "        if not (refusals and _may_have_left(plan, ports)):\n            raise\n",
        "        raise\n",
        (f"{_T}test_a_grant_that_ends_after_a_lost_answer_makes_nobody_say_that_nothing_was_sent",),
    ),
    (
        "correction: an answered request is not answered again",
        "motions/correcting.py",
        "        again = open_request(token, by, uow, ports, KIND)\n",
        "        again = request\n",
        (f"{_T}test_somebody_who_answers_while_the_portal_checks_is_first",),
    ),
    (
        "correction: an older read asks nothing",
        "motions/corrections.py",
        "            return stamp is not None and status.modified_at >= stamp\n",
        "            return stamp is not None\n",
        (f"{_C}test_an_older_read_after_the_correction_asks_nothing",),
    ),
    (
        "correction: asked again before a lost answer was looked up, it is asked",
        "motions/corrections.py",
        "            return stamp is not None and status.modified_at >= stamp\n",
        "            return stamp is not None and status.modified_at > stamp\n",
        (f"{_C}test_what_is_asked_again_before_a_lost_answer_is_looked_up_is_asked",),
    ),
    (
        "correction: what the engine lost is sent",
        "motions/reviewing.py",
        "    if again is not None:\n",
        "    if again is not None and again.name == motion.id:\n",
        (f"{_C}test_what_the_engine_lost_is_sent_all_the_same",),
    ),
    (
        "correction: it is no colleague's change",
        "motions/in_step.py",
        "    changes = (*amendments(subject, uow), *corrected(subject, uow))\n",
        "    changes = amendments(subject, uow)\n",
        (f"{_C}test_a_correction_is_no_news_for_the_crm_and_no_conflict",),
    ),
    (
        "correction: nothing is sent once AWS asks no more",
        "connectors/aws/corrections.py",
        "    _must_ask(record)\n    if moment_at",
        "    if moment_at",
        (f"{_AWS}test_once_aws_asks_no_more_nothing_is_sent",),
    ),
    (
        "correction: it answers the request it was approved for, and no later one",
        "connectors/aws/corrections.py",
        'if moment_at(record, "LastModifiedDate") > asked_at:',
        "if record is None:",
        ("tests/contracts/test_correctable.py::test_what_was_asked_since_is_not_answered",),
    ),
    (
        "correction: the whole record is judged",
        "connectors/aws/corrections.py",
        "        wrong = [_problem(one) for one in found]\n",
        "        wrong = [_problem(one) for one in found[:0]]\n",
        (f"{_AWS}test_what_aws_would_bounce_is_said_at_its_field",),
    ),
    (
        "correction: what became of it is known before anything is compared",
        "motions/syncing.py",
        "    if terms.is_correcting:  # counted",
        "    if False:  # counted",
        ("tests/motions/test_correcting.py::test_nothing_is_kept_in_step_before_a_lost_answer_is_looked_up",),
    ),
    (
        "event: only with the secret",
        "bot/aws_events.py",
        "        if not is_authorised(headers, secret):\n",
        "        if not is_authorised(headers, secret) and not headers:\n",
        (f"{_B}test_without_the_secret_nothing_is_taken",),
    ),
    (
        "event: of our catalog alone",
        "connectors/aws/events.py",
        '    if detail.get("catalog") != catalog:\n',
        '    if detail.get("catalog") is None:\n',
        (f"{_E}test_what_names_nothing_of_ours_asks_for_nothing",),
    ),
    (
        "event: kept before it is taken away",
        "bot/aws_events.py",
        "    is_new = keep(heard, AWS, events)\n    queue.delete(message)\n",
        "    queue.delete(message)\n    is_new = keep(heard, AWS, events)\n",
        (f"{_B}test_what_could_not_be_kept_stays_in_the_queue",),
    ),
)
