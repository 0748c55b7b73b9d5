"""The guards that keep a deal from partners that compete on it; `guard_list` has all the others."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_T = "tests/motions/test_competitors.py::"

# Name, path, words of the source, what becomes of them, tests that must fail then.
ROWS: tuple[Row, ...] = (
    (
        "competitor: it is not matched",
        "motions/matching.py",
        "    if (competing := why_competitor(deal, partner)) is not None:\n        return competing\n",
        "",
        (f"{_T}test_a_competitor_is_excluded_whatever_rules_say_and_the_reason_is_kept",),
    ),
    (
        "competitor: an undecided card goes",
        "motions/opening.py",
        "    if motion is None or look_again(motion, deal, uow, ports):\n",
        "    if motion is None:\n",
        (
            f"{_T}test_naming_one_on_an_undecided_card_takes_the_card_off_the_table",
            f"{_T}test_it_stays_off_while_the_name_stays",
        ),
    ),
    (
        "competitor: its portal is not asked",
        "motions/preparing.py",
        "    if (competing := why_competitor(context.deal, partner)) is not None:",
        "    if (competing := None) is not None:",
        (f"{_T}test_one_that_is_named_while_the_card_is_prepared_is_not_even_asked_of_its_portal",),
    ),
    (
        "competitor: an edit does not ask it either",
        "motions/editing.py",
        "        if why := why_competitor(context.deal, ports.config.partner(motion.partner)):\n",
        "        if why := None:\n",
        (f"{_T}test_one_that_is_named_while_somebody_edits_saves_nothing",),
    ),
    (
        "competitor: no call of a filing leaves",
        "motions/authority.py",
        "        if (competing := why_kept_away(motion, uow, ports)) is not None:\n",
        "        if (competing := None) is not None:\n",
        (
            f"{_T}test_one_that_is_named_between_approval_and_filing_stops_the_filing",
            f"{_T}test_one_that_is_named_between_two_calls_stops_the_second_and_says_what_is_there",
            f"{_T}test_what_one_partner_has_is_not_filed_with_its_rival",
        ),
    ),
    (
        "competitor: no motion with the rival of who has the deal",
        "motions/opening.py",
        "    if (why := why_rival(ports.config.partner(best.partner), others, ports.config)) is not None:\n",
        "    if (why := None) is not None:\n",
        (f"{_T}test_no_motion_starts_with_the_rival_of_who_has_it_and_the_log_says_why",),
    ),
)
