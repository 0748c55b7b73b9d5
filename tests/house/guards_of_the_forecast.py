"""The guards of what two companies see and say of their joint pipeline; `guard_list` has all the others."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_FORECASTING, _AGREEING, _REPORTING = "motions/forecasting.py", "motions/agreeing.py", "motions/reporting.py"
_OF_FORECASTING = "tests/motions/test_forecasting.py::"
_OF_AGREEING = "tests/motions/test_agreeing.py::"
_OF_REPORTING = "tests/motions/test_reporting.py::"

# Name, path, words of the source, what becomes of them, tests that must fail then.
ROWS: tuple[Row, ...] = (
    (
        "forecast: only the fields a grant names",
        _FORECASTING,
        "for name in allowed & RELEASABLE if",
        "for name in RELEASABLE if",
        (f"{_OF_FORECASTING}test_only_the_deals_and_fields_the_grant_names_are_shown",),
    ),
    (
        "forecast: only as far as labels go",
        _FORECASTING,
        " if _is_shareable(name, ports)}",
        "}",
        (f"{_OF_FORECASTING}test_a_figure_nobody_labelled_is_shown_to_nobody",),
    ),
    (
        "forecast: asked again as a drawing leaves",
        _FORECASTING,
        "        if _content(glance(partner, uow, ports, is_locking=True)) != content:\n",
        "        if not content:\n",
        (f"{_OF_FORECASTING}test_what_was_revoked_while_it_was_drawn_does_not_leave",),
    ),
    (
        "forecast: a drawing that waits is another one when it shows something else",
        "motions/posting.py",
        "    keyed = replace(drawn, key=",
        "    keyed = drawn or replace(drawn, key=",
        (f"{_OF_FORECASTING}test_what_waited_for_another_try_is_drawn_anew_before_it_leaves",),
    ),
    (
        "forecast: order and counts come of what is released",
        "motions/joint.py",
        " for line, released in lines if RELEASABLE & set(released)]",
        " for line, released in lines]",
        (f"{_OF_FORECASTING}test_a_deal_of_which_nothing_may_be_shown_is_not_even_counted",),
    ),
    (
        "agreeing: only who speaks for one of the two companies",
        _AGREEING,
        "    if not (may_see(grant, by) or may_give(by, line.partner, ports.config)):\n",
        "    if grant is None:\n",
        (
            f"{_OF_AGREEING}test_nobody_else_speaks_for_a_company",
            f"{_OF_AGREEING}test_only_the_people_the_grant_names_speak_for_the_partner",
        ),
    ),
    (
        "agreeing: what is no longer shared is no longer agreed on",
        _AGREEING,
        "    if grant is None:\n        return _nothing(",
        "    if grant is line:\n        return _nothing(",
        (f"{_OF_AGREEING}test_after_a_revocation_nothing_is_agreed",),
    ),
    (
        "figures: only the people a grant names tell them",
        _REPORTING,
        " if may_see(grant, by)}",
        "}",
        (f"{_OF_REPORTING}test_only_people_the_grant_names_tell_figures",),
    ),
    (
        "audience: nobody's guest reads what a grant releases",
        "handlers/audiences.py",
        "        found = self._of_companies(others) if others else Audience(AudienceKind.INTERNAL)\n",
        (
            "        if others:\n            return self._of_companies(others)\n"
            "        found = Audience(AudienceKind.INTERNAL)\n"
        ),
        ("tests/handlers/test_audiences.py::test_a_guest_in_a_shared_channel_makes_it_nobodys",),
    ),
    (
        "audience: whose company a channel does not name reads there too",
        "handlers/audiences.py",
        "            if not set(of_reader.partners) <= set(found.partners):\n",
        "            if not of_reader:\n",
        ("tests/handlers/test_audiences.py",),
    ),
    (
        "grant: another partner's is like none",
        "motions/granting.py",
        "    return by.partner == partner.key if by.role is Role.PARTNER else by.role is not Role.STRANGER\n",
        "    return by.role is not Role.STRANGER and bool(partner)\n",
        ("tests/motions/test_granting.py::test_to_another_partner_a_grant_is_like_one_that_never_was",),
    ),
)
