"""The guards of the effect ledger: what leaves, leaves once; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_PERFORMING = "motions/performing.py"
_OF_PERFORMING = "tests/motions/test_performing.py::"
_EFFECTS = "store/effects.py"
_OF_DECISIONS = "tests/contracts/test_store_decisions.py::"

ROWS: tuple[Row, ...] = (
    (
        "lease: who looked for too long does not send",
        _PERFORMING,
        "    if found is None and ports.clock.now() > must_begin_by:\n",
        "    if found == must_begin_by:\n",
        (f"{_OF_PERFORMING}test_who_looked_for_too_long_leaves_the_sending_to_whoever_comes_next",),
    ),
    (
        "look-up: what found nothing does not settle a lost answer",
        _PERFORMING,
        "    is_doubtful = since is not None and effect.recovery is Recovery.LOOK_UP\n",
        "    is_doubtful = since == effect.recovery\n",
        (
            "tests/motions/test_syncing_lost_answers.py::test_a_look_at_an_older_version_and_a_refused_try_do_not_settle_a_lost_answer",
        ),
    ),
    (
        "lease: who was overtaken frees nothing",
        _PERFORMING,
        ", of_try=of_try)",
        ")",
        (f"{_OF_PERFORMING}test_an_attempt_that_was_overtaken_does_not_free_the_effect_under_the_other",),
    ),
    (
        "settle: who was overtaken settles nothing but that it is done",
        _EFFECTS,
        "            standing.append(effects.c.tries == of_try)\n",
        "            pass\n",
        (f"{_OF_DECISIONS}test_an_attempt_that_was_overtaken_settles_nothing_but_that_it_is_done",),
    ),
    (
        "done once: an effect that happened is not sent again",
        _PERFORMING,
        "        if held.status is EffectStatus.DONE:\n            return held, None\n",
        "",
        (f"{_OF_PERFORMING}test_a_done_effect_is_never_sent_again",),
    ),
    (
        "refused for good: what the other side declined is not sent again",
        _PERFORMING,
        "        if held.status is EffectStatus.REFUSED:\n            raise Rejected(plan.kind, held.detail)\n",
        "",
        (f"{_OF_PERFORMING}test_a_refusal_of_something_final_stays_refused",),
    ),
    (
        "unknown: what nobody can tell is not sent again",
        _PERFORMING,
        "        if held.status is EffectStatus.UNKNOWN:\n            raise _unknown(held)\n",
        "",
        (f"{_OF_PERFORMING}test_what_can_be_neither_repeated_nor_looked_up_is_left_to_a_person",),
    ),
    (
        "lease: who does not get an effect does not perform it",
        _PERFORMING,
        "    if not is_taken:\n",
        "    if is_taken is None:\n",
        (f"{_OF_PERFORMING}test_while_somebody_else_performs_it_nobody_may",),
    ),
    (
        "look-up: a lost answer is looked up before anything is sent again",
        _PERFORMING,
        "    found = _look_up(effect, find, since, ports) if since is not None else None\n",
        "    found = None\n",
        (f"{_OF_PERFORMING}test_a_lost_answer_is_looked_up_and_adopted",),
    ),
    (
        "look-up: when it fails, the effect stays ambiguous",
        _PERFORMING,
        '_settle(effect, EffectStatus.INTENT, ports, detail=f"looking it up failed: {error}")',
        '_settle(effect, EffectStatus.HELD, ports, detail=f"looking it up failed: {error}")',
        (f"{_OF_PERFORMING}test_a_look_up_that_fails_does_not_make_the_effect_safe_to_send",),
    ),
    (
        "look-up: it reaches back to the first attempt",
        _PERFORMING,
        "    return taken, min(moment for moment in (held.first_started_at, now, forgotten) if moment is not None)\n",
        "    return taken, now + 2 * MARGIN\n",
        (f"{_OF_PERFORMING}test_a_look_up_reaches_back_to_the_call_whatever_the_clock_did",),
    ),
    (
        "lost answer: an effect whose answer is lost is ambiguous",
        _PERFORMING,
        "    _settle(effect, EffectStatus.INTENT, ports, detail=str(lost))\n    raise Unavailable(",
        "    _settle(effect, EffectStatus.HELD, ports, detail=str(lost))\n    raise Unavailable(",
        (f"{_OF_PERFORMING}test_a_lost_answer_is_looked_up_and_adopted",),
    ),
    (
        "ask: what can be neither repeated nor looked up is never sent again",
        _PERFORMING,
        "        case Recovery.ASK:\n            _settle(",
        "        case Recovery.ASK:\n            return None\n            _settle(",
        (f"{_OF_PERFORMING}test_what_can_be_neither_repeated_nor_looked_up_is_left_to_a_person",),
    ),
    (
        "ask: its lost answer goes to a person at once",
        _PERFORMING,
        (
            "    if effect.recovery is Recovery.ASK:\n"
            "        _settle(effect, EffectStatus.UNKNOWN, ports, detail=str(lost))\n"
            "        raise _unknown(effect) from lost\n"
        ),
        "",
        (f"{_OF_PERFORMING}test_the_lost_answer_of_what_cannot_be_looked_up_is_a_persons_matter_at_once",),
    ),
    (
        "ask: it leaves under a person's approval only",
        _PERFORMING,
        "    if plan.recovery is Recovery.ASK:\n",
        "    if plan.recovery is None:\n",
        (f"{_OF_PERFORMING}test_what_can_be_neither_repeated_nor_looked_up_leaves_under_an_approval_only",),
    ),
    (
        "outcome: what surely was not done may be tried again",
        _PERFORMING,
        "    status = EffectStatus.INTENT if is_doubtful else EffectStatus.HELD\n",
        "    status = EffectStatus.INTENT\n",
        (f"{_OF_PERFORMING}test_what_is_sent_again_is_what_was_stored_first",),
    ),
    (
        "approval at the call: what an effect rests on is asked in the transaction that lets it out",
        _PERFORMING,
        "grant = guard(uow) if guard is not None else None",
        "grant = None",
        (f"{_OF_PERFORMING}test_what_its_guard_forbids_does_not_leave_and_leaves_no_trace",),
    ),
    (
        "kill switch: nothing leaves while it is on",
        _PERFORMING,
        "plan.kind not in PASSES_STOP and (why := ",
        "(why := None) and (why := ",
        ("tests/motions/test_approvals.py::test_while_nothing_may_leave_an_approval_is_kept_and_files_later",),
    ),
    (
        "kill switch: every effect locks it",
        _PERFORMING,
        "is_locking=True",
        "is_locking=False",
        (
            "tests/motions/test_switches.py::test_every_effect_locks_the_switch_so_that_who_turns_it_waits_for_what_is_leaving",
        ),
    ),
    (
        "restored database: what seems new is looked up while the database may have forgotten",
        _PERFORMING,
        "            return effect, _forgotten_since(effect, uow, now)\n",
        "            return effect, None\n",
        ("tests/motions/test_doubting.py::test_a_motion_that_is_forgotten_and_played_again_leaves_one_of_everything",),
    ),
    (
        "clock set back: no lease is believed that is longer than leases are",
        _PERFORMING,
        "    if held.lease_until - now <= LEASE:\n",
        "    if held is not None:\n",
        (f"{_OF_PERFORMING}test_a_lease_from_before_the_clock_was_set_back_ends_all_the_same",),
    ),
    (
        "look-up: only our own posts count",
        "handlers/channels.py",
        "            if self._is_ours(message) and _key_of(message) == key:",
        "            if _key_of(message) == key:",
        ("tests/handlers/test_channels.py::test_somebody_elses_metadata_is_no_post_of_ours",),
    ),
    (
        "intent: an effect's key is intended once",
        _EFFECTS,
        "        return insert_new(effects, values_of(effect), self._session)\n",
        "        return insert_new(effects, values_of(effect), self._session) or True\n",
        (f"{_OF_DECISIONS}test_an_effect_is_intended_once",),
    ),
    (
        "take: not while somebody else's lease lasts",
        _EFFECTS,
        ", effects.c.lease_until <= now)",
        ")",
        (f"{_OF_DECISIONS}test_only_an_open_effect_nobody_leases_is_taken",),
    ),
    (
        "take: only what may be tried again",
        _EFFECTS,
        " effects.c.status.in_(_TAKEABLE),",
        "",
        (f"{_OF_DECISIONS}test_only_an_open_effect_nobody_leases_is_taken",),
    ),
    (
        "settle: what is done stays done",
        _EFFECTS,
        "        standing = [effects.c.key == key, effects.c.status != EffectStatus.DONE]\n",
        "        standing = [effects.c.key == key]\n",
        (f"{_OF_DECISIONS}test_what_is_done_stays_done",),
    ),
    (
        "kill switch: only operators and admins",
        "motions/switches.py",
        "    if by.role not in STOPPERS:\n",
        "    if by is None:\n",
        ("tests/motions/test_switches.py::test_nobody_else_stops_or_resumes",),
    ),
)
