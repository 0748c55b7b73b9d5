"""The guards of who reads what: posts, people and desks; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_POSTING = "motions/posting.py"
_OF_POSTING = "tests/motions/test_posting.py::"
_AUDIENCES = "handlers/audiences.py"
_PEOPLE = "handlers/people.py"
_OF_DETAILS = "tests/handlers/test_work_objects.py::"

_OUTSIDE = "    if asker.role in {Role.PARTNER, Role.STRANGER}:\n        return _not_for_you(asker)\n"

ROWS: tuple[Row, ...] = (
    (
        "audience: who reads is asked before posting",
        _POSTING,
        (
            "        check_readers(plan.destination, plan.audience, ports.messenger)\n"
            "        return ports.messenger.post("
        ),
        "        return ports.messenger.post(",
        (f"{_OF_POSTING}test_internal_words_go_where_only_our_own_people_read",),
    ),
    (
        "audience: who reads is asked before redrawing",
        _POSTING,
        (
            "        check_readers(plan.destination, plan.audience, ports.messenger)\n"
            "        ports.messenger.update(ref, message)\n"
        ),
        "        ports.messenger.update(ref, message)\n",
        (f"{_OF_POSTING}test_a_card_is_never_redrawn_where_a_partner_was_let_in",),
    ),
    (
        "redraw: one that had to wait brings back nothing that is over",
        _POSTING,
        "    keyed = replace(drawn, key=",
        "    keyed = drawn or replace(drawn, key=",
        ("tests/motions/test_cards.py::test_a_redraw_that_had_to_wait_does_not_bring_back_what_was_so_before",),
    ),
    (
        "audience: words for one partner are read by no other",
        "motions/audiences.py",
        " and actual.partners == (wanted,)",
        "",
        (f"{_OF_POSTING}test_words_for_a_partner_go_where_exactly_that_partner_reads",),
    ),
    (
        "audience: our own words are read by nobody else",
        "motions/audiences.py",
        "        return actual.kind is AudienceKind.INTERNAL\n",
        "        return actual.kind is not AudienceKind.UNKNOWN\n",
        (f"{_OF_POSTING}test_internal_words_go_where_only_our_own_people_read",),
    ),
    (
        "attention: what is beyond a day is held back",
        "motions/attention.py",
        "tell_from=None if is_now else ",
        "tell_from=None if True else ",
        ("tests/motions/test_attention.py::test_what_is_beyond_a_day_is_told_in_one_message_the_next_morning",),
    ),
    (
        "attention: only whom reminders are for has fewer of them",
        "motions/nudging.py",
        "        if partner.handoff_slack_id not in {None, by.user_id}:\n",
        "        if not partner:\n",
        ("tests/motions/test_attention.py::test_only_whom_the_reminders_are_for_has_fewer_of_them",),
    ),
    (
        "audience: a channel that may soon be shared is of unknown audience",
        _AUDIENCES,
        'room.get("is_pending_ext_shared") or ',
        "",
        ("tests/handlers/test_channels.py::test_only_a_plain_answer_settles_an_audience",),
    ),
    (
        "people: whose company somebody is of is Slack's word",
        _PEOPLE,
        "        if team_id and team_id not in profile.orgs:\n",
        "        if not profile:\n",
        ("tests/handlers/test_people.py::test_a_claimed_company_slack_does_not_confirm_makes_a_stranger",),
    ),
    (
        "people: an outsider's e-mail address gives no role",
        _PEOPLE,
        "        if self._us.is_ours(profile.orgs):\n            # Only",
        "        if profile.email:\n            # Only",
        ("tests/handlers/test_people.py::test_an_outsider_with_our_managers_email_gets_no_role_of_ours",),
    ),
    (
        "people: guests, bots and deleted accounts may do nothing",
        _PEOPLE,
        "        if _is_nobody(profile):\n            return Role.STRANGER, None\n",
        "",
        ("tests/handlers/test_people.py::test_bots_guests_strangers_and_the_departed_have_no_role",),
    ),
    (
        "home: partners and strangers see nothing",
        "motions/desk.py",
        "    if person.role not in HAVE_A_DESK:\n        return HomeView",
        "    if person is None:\n        return HomeView",
        ("tests/motions/test_queues.py::test_a_partners_or_a_strangers_desk_is_empty",),
    ),
    (
        "asking: partners and strangers are told nothing",
        "motions/asking.py",
        _OUTSIDE + "    word",
        "    word",
        ("tests/motions/test_asking.py::test_partners_and_strangers_learn_nothing",),
    ),
    (
        "asking by name: partners and strangers are told nothing",
        "motions/asking.py",
        _OUTSIDE + "    return _about(words",
        "    return _about(words",
        ("tests/motions/test_asking_by_message.py::test_whoever_is_not_ours_learns_nothing",),
    ),
    (
        "asking by message: partners and strangers are told nothing",
        "motions/asking.py",
        _OUTSIDE + "    deals",
        "    deals",
        ("tests/motions/test_asking_by_message.py::test_whoever_is_not_ours_learns_nothing",),
    ),
    (
        "asking by a button: partners and strangers are told nothing",
        "motions/asking.py",
        _OUTSIDE + "    return _about(deal_id",
        "    return _about(deal_id",
        ("tests/motions/test_asking_by_message.py::test_who_only_looks_is_told_where_a_motion_stands",),
    ),
    (
        "links: a deal is named to those who may ask for it",
        "motions/asking.py",
        " if asker.role not in {Role.PARTNER, Role.STRANGER} else []\n",
        "\n",
        ("tests/motions/test_asking_by_message.py::test_a_link_names_a_deal_to_those_who_may_ask_for_it",),
    ),
    (
        "links: nothing is put where others read",
        "handlers/links.py",
        "            check_readers(channel, INTERNAL, self._messenger)\n",
        "",
        ("tests/handlers/test_links.py::test_where_others_read_a_link_is_left_alone",),
    ),
    (
        "first steps: partners and strangers are told nothing",
        "motions/greeting.py",
        "    if person.role not in HAVE_A_DESK:\n        return False\n",
        "",
        ("tests/motions/test_greeting.py::test_whoever_is_not_ours_is_told_nothing",),
    ),
    (
        "asking: sellers find their own deals",
        "motions/asking.py",
        '    owner = asker.email or "" if asker.role is Role.SELLER else None\n',
        "    owner = None\n",
        ("tests/motions/test_asking.py::test_a_seller_finds_their_own_deals_only",),
    ),
    (
        "audience: a guest in a channel of ours is nobody of ours",
        _AUDIENCES,
        "        if reader.is_guest and not (is_ours and self._in_force.config.policy.guests_are_internal):\n",
        "        if reader.is_guest and not is_ours:\n",
        ("tests/handlers/test_audiences.py::test_a_guest_makes_a_channel_of_ours_nobodys",),
    ),
    (
        "audience: whoever is invited to a channel reads it tomorrow",
        _AUDIENCES,
        '        return set(), "another company is invited to it"\n',
        "        pass\n",
        ("tests/handlers/test_audiences.py::test_a_channel_that_becomes_shared_is_no_longer_internal",),
    ),
    (
        "gate: what is not named for partners is for our own people",
        "handlers/gates.py",
        " and bool(names := _names(body)) and names <= PARTNERS_MAY\n",
        "\n",
        ("tests/handlers/test_listeners.py::test_nobody_else_presses_our_cards_buttons",),
    ),
    (
        "direct answer: only where the asker alone reads",
        "handlers/assistant.py",
        "        check_readers(channel, meant_for, messenger)\n",
        "        pass\n",
        ("tests/handlers/test_listeners.py::test_a_direct_question_is_answered_only_where_the_asker_alone_reads",),
    ),
    (
        "details: for our own people alone",
        "handlers/links.py",
        "        if not is_ours(person):\n            return preview.nothing(",
        "        if not person:\n            return preview.nothing(",
        (f"{_OF_DETAILS}test_once_a_guest_reads_there_nobody_is_shown_anything",),
    ),
    (
        "details: nothing once anybody else reads there",
        "handlers/links.py",
        '            check_readers(word(event, "channel"), INTERNAL, self._messenger)\n',
        "            pass\n",
        (f"{_OF_DETAILS}test_once_a_guest_reads_there_nobody_is_shown_anything",),
    ),
    (
        "details: never newer than what everybody reads",
        "handlers/views/preview.py",
        '        "metadata_last_modified": _NEVER_NEWER,\n',
        "",
        (f"{_OF_DETAILS}test_whoever_clicks_is_shown_what_they_may_see_and_nobody_else_is",),
    ),
    (
        "desk: a grant that names people is for those",
        "motions/partner_desk.py",
        " and (viewer.role is not Role.PARTNER or may_see(found, viewer))\n",
        "\n",
        ("tests/motions/test_partner_desk.py::test_a_grant_is_for_the_people_it_names_and_the_rest_see_a_stub",),
    ),
)
