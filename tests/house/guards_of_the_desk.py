"""The guards of what somebody sees and does at their desk; `guard_list` has all the others."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_ACTS = "motions/desk_acts.py"
_OF_ACTS = "tests/motions/test_desk_acts.py::"
_OF_DESK = "tests/motions/test_desk.py::"
_OF_HOME = "tests/handlers/test_home.py::"

# Name, path, words of the source, what becomes of them, tests that must fail then.
ROWS: tuple[Row, ...] = (
    (
        "desk: only what is one's own is opened and handled",
        _ACTS,
        " if _is_theirs(by, motion, problem) else nothing(_NOT_YOURS)",
        "",
        (f"{_OF_ACTS}test_somebody_elses_desk_is_nobody_elses",),
    ),
    (
        "desk: sellers give nothing away",
        _ACTS,
        "by.role is Role.SELLER or owner not in",
        "owner not in",
        (f"{_OF_ACTS}test_a_seller_gives_nothing_away",),
    ),
    (
        "desk: things are given to our own people only",
        _ACTS,
        " or owner not in ports.config.coverage.staff:",
        ":",
        (f"{_OF_ACTS}test_nothing_is_given_to_strangers_or_to_whom_it_is_already",),
    ),
    (
        "desk: who may not decide is offered no decision",
        _ACTS,
        "return None if isinstance(look(card.token, by, ports), ClickReply) else card.token",
        "return card.token",
        (f"{_OF_ACTS}test_who_may_not_approve_is_offered_no_decision",),
    ),
    (
        "desk: what is put off is so for one person",
        "store/desk.py",
        "where(snoozes.c.person == sleeper.person, snoozes.c.until > sleeper.at)",
        "where(snoozes.c.until > sleeper.at)",
        ("tests/contracts/test_store_desk.py::test_what_somebody_put_off_sleeps_for_them_until_then",),
    ),
    (
        "desk: a manager sees their own motions, whoever they ask for",
        "motions/desk.py",
        'manager_email=person.email or "" if person.role is Role.ALLIANCE_MANAGER else look.owner',
        "manager_email=look.owner",
        (f"{_OF_DESK}test_nobody_widens_their_desk_by_asking_for_somebody_elses",),
    ),
    (
        "desk: a referral that is not shown whole is not approved there",
        "handlers/views/desk.py",
        'approve = [(_APPROVE, "Approve exactly what is shown")] if _offers_approval(as_posted) else []',
        'approve = [(_APPROVE, "Approve exactly what is shown")]',
        (f"{_OF_HOME}test_a_card_too_long_to_be_shown_whole_cannot_be_approved_from_a_desk",),
    ),
    (
        "home: what was drawn over meanwhile is read again",
        "handlers/home.py",
        '            _sent(client, user_id, _view(cases, person, wanted)[0], "")\n',
        "            pass\n",
        (f"{_OF_HOME}test_what_somebody_else_published_meanwhile_is_drawn_over_with_what_is_true_now",),
    ),
)
