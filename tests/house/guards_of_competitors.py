"""The guards that keep a deal from competitors, from being filed twice, and from going out for another schema."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_T = "tests/motions/test_competitors.py::"
_D, _S = "tests/motions/test_duplicates.py::", "tests/motions/test_schemas.py::"
_I = "tests/motions/test_syncing_terms.py::"

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
        "competitor: one that is named later is looked at",
        "motions/opening.py",
        "    if motion is None or look_again(motion, deal, uow, ports):\n",
        "    if motion is None:\n",
        (f"{_T}test_one_that_is_named_afterwards_is_a_persons_to_close",),
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
        "competitor: no change of what is filed leaves",
        "motions/syncing.py",
        "        if (competing := why_kept_away(motion, uow, ports)) is not None:\n",
        "        if (competing := None) is not None:\n",
        (
            f"{_I}test_one_that_is_named_between_the_look_and_the_write_gets_nothing",
            f"{_I}test_the_rival_of_who_has_the_deal_gets_nothing_more",
        ),
    ),
    (
        "competitor: one that the deal just read names gets no change either",
        "motions/syncing.py",
        "    return (sent, planned) if why is None else",
        "    return (sent, planned) if why is None or sent else",
        (f"{_I}test_a_competitor_that_only_the_crm_knows_of_yet_gets_nothing",),
    ),
    (
        "competitor: no motion with the rival of who has the deal",
        "motions/opening.py",
        "    if (why := why_rival(ports.config.partner(best.partner), others, ports.config)) is not None:\n",
        "    if (why := None) is not None:\n",
        (f"{_T}test_no_motion_starts_with_the_rival_of_who_has_it_and_the_log_says_why",),
    ),
    (
        "duplicates: what looks alike is asked",
        "motions/duplicates.py",
        "    problems = tuple(_problem(twin, referral) for twin in asked[:1])\n",
        "    problems: tuple[Problem, ...] = ()\n",
        (
            f"{_D}test_what_looks_alike_is_asked_with_what_agrees_and_cannot_be_approved_over",
            f"{_D}test_another_one_is_asked_anew",
        ),
    ),
    (
        "duplicates: whoever was not asked about yet is asked next",
        "motions/duplicates.py",
        "if twin.referral_id not in said.split(_SEPARATOR)][:ASKED_AT_MOST]\n",
        "][:ASKED_AT_MOST if not said else 0]\n",
        (f"{_D}test_the_likeliest_is_asked_first_and_nobody_approves_before_all_were_asked",),
    ),
    (
        "duplicates: nobody says it of this deal's own id",
        "motions/duplicates.py",
        "    if likely[0].same_crm_id:\n",
        "    if not likely:\n",
        (f"{_D}test_under_this_deals_own_id_nobody_can_say_it_is_another",),
    ),
    (
        "schema: what is held cannot be approved",
        "motions/approvals.py",
        "        if held := why_held(request.proposal, uow):\n",
        "        if held := None:\n",
        (f"{_S}test_what_the_change_concerns_is_held_and_an_approval_changes_nothing",),
    ),
    (
        "schema: what was approved is held as well",
        "motions/authority.py",
        "        if (held := why_held(proposal, uow)) is not None:\n",
        "        if (held := None) is not None:\n",
        (f"{_S}test_what_was_approved_before_waits_without_being_sent_and_without_an_alarm",),
    ),
    (
        "schema: what leaves a field empty that became required is held",
        "motions/schema_rules.py",
        " and not _is_required(change.before)\n",
        " and change.before is None\n",
        (f"{_S}test_a_change_concerns_what_names_it",),
    ),
    (
        "schema: a field that is filled may become required",
        "motions/schema_rules.py",
        "change.before is not None and _limits(change.before) != _limits(change.after)",
        "change.before is not None",
        (f"{_S}test_a_change_concerns_what_names_it",),
    ),
    (
        "schema: a card says that it is held, whatever else is stopped",
        "handlers/views/asking.py",
        "    if card.held:\n",
        "    if card.held is False:\n",
        ("tests/handlers/test_view_asking.py::test_a_held_card_says_so_and_what_that_means_for_it",),
    ),
    (
        "schema: a card says it no more when the portal is as it was",
        "motions/schemas.py",
        "        _redraw(waited, uow, now)\n",
        "",
        (f"{_S}test_a_card_says_it_no_more_when_the_portal_is_as_it_was",),
    ),
    (
        "schema: nor when another change does not concern it",
        "motions/schemas.py",
        "for motion in (*waited, *held)",
        "for motion in held",
        (f"{_S}test_a_card_says_it_no_more_when_another_change_does_not_concern_it",),
    ),
    (
        "schema: nor when half of it is finished as it was approved",
        "motions/schemas.py",
        "        _redraw([motion], uow, now)\n",
        "",
        (f"{_S}test_half_of_a_filing_is_finished_as_it_was_approved",),
    ),
    (
        "schema: a portal that is away hides no other",
        "motions/schemas.py",
        "            failures.append(error)\n            continue\n",
        "            raise error\n",
        (f"{_S}test_a_portal_that_is_away_hides_no_other_and_is_told_afterwards",),
    ),
    (
        "schema: what is released is prepared again",
        "motions/schemas.py",
        "        take_back(uow, approval, by=None, at=now, why=why)\n",
        "        pass\n",
        (f"{_S}test_released_it_is_prepared_again_for_a_person_and_then_filed",),
    ),
    (
        "twin: what came since the card is looked for before the first call",
        "motions/filing.py",
        "    if (twin := _come_since(motion, proposal, key, ports)) is not None:\n",
        "    if (twin := None) is not None:\n",
        (f"{_D}test_what_came_since_the_card_was_prepared_is_asked_before_anything_leaves",),
    ),
    (
        "twin: a filing under way is not taken for another's",
        "motions/filing.py",
        "    return what_left(motion.id, key, uow) is None\n",
        "    return bool(key)\n",
        (f"{_D}test_a_filing_under_way_does_not_take_its_own_referral_for_another",),
    ),
    (
        "twin: a competitor's portal is not looked through",
        "motions/drafting.py",
        "    if why_competitor(context.deal, partner) is not None:\n",
        "    if context.deal is None:\n",
        (f"{_D}test_a_partner_that_competes_by_now_is_not_even_asked",),
    ),
    (
        "twin: what was met is looked for by the next card",
        "motions/drafting.py",
        "    if any(item.code == CAME_SINCE for item in uow.exceptions.of(before.motion_id)):\n",
        "    if before.motion_id is None:\n",
        (f"{_D}test_what_came_since_the_card_was_prepared_is_asked_before_anything_leaves",),
    ),
)
