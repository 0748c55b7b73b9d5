"""The guards of what opens a motion, moves it and takes it on, and of who leads; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_RECORDING = "motions/recording.py"
_OF_LEADING = "tests/motions/test_leading.py::"
_TRIGGERS = "motions/triggers.py"
_OF_TRIGGERS = "tests/motions/test_triggers.py::"

ROWS: tuple[Row, ...] = (
    (
        "deal's fields: who does not lead leaves them",
        _RECORDING,
        "    if leading(of_deal).id != motion.id:\n",
        "    if not of_deal:\n",
        (f"{_OF_LEADING}test_the_later_one_leaves_the_deal_to_the_first_and_has_its_own_record",),
    ),
    (
        "deal's fields: who leads now writes them",
        _RECORDING,
        "    if written and written[-1].subject != lead.id:\n",
        "    if not written:\n",
        (f"{_OF_LEADING}test_when_the_leading_one_falls_back_the_deal_speaks_of_the_other",),
    ),
    (
        "deal's fields: another motion's write is no person's edit",
        _RECORDING,
        "before = last_written(ports.durable.read(lambda uow: _written(_of_deal(motion.opportunity_id, uow), uow)))",
        "before = last_written(ports.durable.read(lambda uow: uow.effects.of(motion.id)))",
        (f"{_OF_LEADING}test_who_gets_further_takes_the_deal_over_whole",),
    ),
    (
        "compare-and-swap: only from the state it was in",
        "store/motions.py",
        ", motions.c.state == state, motions.c.epoch == epoch)",
        ", motions.c.epoch == epoch)",
        ("tests/contracts/test_store.py::test_a_motion_moves_from_where_it_is_only",),
    ),
    (
        "compare-and-swap: only at the epoch it was in",
        "store/motions.py",
        ", motions.c.state == state, motions.c.epoch == epoch)",
        ", motions.c.state == state)",
        ("tests/contracts/test_store.py::test_a_motion_moves_from_where_it_is_only",),
    ),
    (
        "segment: it ends when its motion has moved on",
        "motions/moving.py",
        " or motion.epoch != epoch or motion.state is not state:",
        ":",
        ("tests/motions/test_closing.py::test_closing_twice_hands_over_once",),
    ),
    (
        "advance: who lost the race changes nothing",
        "motions/moving.py",
        (
            "    if not uow.motions.move(motion.id, state=motion.state, epoch=motion.epoch, changes=beside | moved):\n"
            "        return None\n"
        ),
        "    uow.motions.move(motion.id, state=motion.state, epoch=motion.epoch, changes=beside | moved)\n",
        ("tests/motions/test_filing.py::test_a_refusal_of_what_somebody_stopped_meanwhile_is_nobodys",),
    ),
    (
        "handoff: only the partner it is for takes it on",
        "motions/handoffs.py",
        "        motion = theirs(token, by, uow, ports)\n",
        "        motion = next(iter(uow.motions.find(MotionQuery(handoff_token=token))), None)\n",
        ("tests/motions/test_handoffs.py::test_nobody_else_may_take_it",),
    ),
    (
        "handoff: only the partner's reply is their first act",
        "motions/handoffs.py",
        "        if by.role is Role.PARTNER and by.partner == found[0].partner:\n",
        "        if by.role:\n",
        ("tests/motions/test_handoffs.py::test_an_answer_by_anybody_else_is_talk",),
    ),
    (
        "trigger: a change that is known starts nothing",
        _TRIGGERS,
        "    if not uow.matches.add_trigger(trigger):\n        return False\n",
        "    uow.matches.add_trigger(trigger)\n",
        (f"{_OF_TRIGGERS}test_two_processes_reading_one_change_start_it_once",),
    ),
    (
        "trigger: an older row undoes nothing",
        _TRIGGERS,
        " if deal.id not in known or deal.modified_at >= known[deal.id]]\n",
        "]\n",
        (f"{_OF_TRIGGERS}test_an_older_read_never_undoes_a_newer_one",),
    ),
    (
        "opening: one motion for a deal and a partner",
        "store/motions.py",
        "        return insert_new(motions, values_of(motion), self._session)\n",
        "        return insert_new(motions, values_of(motion), self._session) or True\n",
        ("tests/contracts/test_store.py",),
    ),
    (
        "queries: the daily comparison asks for open deals alone",
        _TRIGGERS,
        "uow.deals.stamps(list(standing))",
        "uow.deals.stamps()",
        ("tests/store/test_store_questions.py::test_no_question_reads_all_of_what_grows",),
    ),
)
