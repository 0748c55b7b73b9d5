"""The guards of filing packs and partners' sheets in Slack; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_FILED = "tests/motions/test_saying_filed.py::"
_DESK = "tests/motions/test_sheets_in_slack.py::"
_IMPORTED = "tests/motions/test_sheets_in_slack_imported.py::"
_DECIDED = "tests/motions/test_sheets_in_slack_decided.py::"
_FILES = "tests/handlers/test_sheets_in_slack.py::"
_PACKS = "tests/connectors/sheets/test_sheet_portal.py::"

ROWS: tuple[Row, ...] = (
    (
        "pack: its workbook goes only where our own people read",
        "motions/posting.py",
        (
            "        check_readers(plan.destination, plan.audience, ports.messenger)\n"
            "        ports.files.share(file_id, workbook.name"
        ),
        "        ports.files.share(file_id, workbook.name",
        ("tests/motions/test_packs.py::test_nothing_is_shared_where_somebody_else_reads_and_a_person_is_told",),
    ),
    (
        "pack: after a lost answer its thread is looked through",
        "motions/posting.py",
        "        return ports.messenger.find_file(ref.channel, workbook.name, since, ref.ts)",
        "        return None",
        ("tests/motions/test_packs.py::test_a_lost_answer_is_looked_for_in_the_thread_before_anything_is_sent_again",),
    ),
    (
        "pack: somebody else's file of its name is not ours",
        "handlers/channels.py",
        'message.get("files") or () if message.get("user") == self._us.bot_user_id else ()',
        'message.get("files") or ()',
        ("tests/handlers/test_uploads.py::test_somebody_elses_file_of_that_name_is_not_taken_for_ours",),
    ),
    (
        "pack: its bytes go to Slack's own address",
        "handlers/files.py",
        '        address = self._slacks_own(str(answer["upload_url"]))',
        '        address = str(answer["upload_url"])',
        ("tests/handlers/test_uploads.py::test_our_files_go_to_slack_alone",),
    ),
    (
        "pack: who may say that it was filed",
        "motions/filed_by_hand.py",
        "    if why := who_may(by, motion):\n        return nothing(why)\n",
        "",
        (f"{_FILED}test_only_those_who_decide_referrals_say_so",),
    ),
    (
        "pack: an older referral's button says nothing",
        "motions/filed_by_hand.py",
        "    if request.approval.token != latest_referral(motion.id, uow)[0].token:",
        "    if request.approval.token is None:",
        (f"{_FILED}test_an_older_referrals_button_says_so",),
    ),
    (
        "pack: said twice it is said once",
        "motions/filed_by_hand.py",
        "            return False\n        detail = {",
        "            pass\n        detail = {",
        (f"{_FILED}test_of_two_who_say_the_same_at_once_one_is_told_so",),
    ),
    (
        "pack: its own id is no reference",
        "motions/filed_by_hand.py",
        "    if _is_pack(motion, called, uow):",
        "    if called is None:",
        (f"{_FILED}test_what_cannot_be_a_reference_is_said_beside_the_input",),
    ),
    (
        "pack: another deal's reference is not this one's",
        "motions/filed_by_hand.py",
        "if each.id != motion.id), None)",
        "if each.id is None), None)",
        (f"{_FILED}test_another_deals_reference_is_not_this_ones",),
    ),
    (
        "pack: no two packs have one reference",
        "connectors/sheets/portal.py",
        "each for each in self._book.all() if _is_another(",
        "each for each in () if _is_another(",
        (f"{_PACKS}test_no_two_packs_have_one_reference",),
    ),
    (
        "pack: a sheet brings no second reference, and none of another pack",
        "connectors/sheets/portal.py",
        '                self._check_reference(before, told["reference"])',
        "                pass",
        (f"{_PACKS}test_a_decision_brings_no_second_reference_and_no_other_packs",),
    ),
    (
        "sheet: a row whose two ids disagree is about no deal",
        "motions/sheet_rows.py",
        "    if by_id is not None and by_id.id != deal.id:",
        "    if by_id is not None and by_id.id is None:",
        (
            "tests/motions/test_importing.py::test_a_row_with_the_reference_of_one_deal_and_the_id_of_another_is_about_neither",
        ),
    ),
    (
        "sheet: no more cells than fit into memory",
        "connectors/sheets/workbooks.py",
        "        if room < 0:\n",
        "        if room is None:\n",
        (
            "tests/connectors/sheets/test_sheet_limits.py::test_more_cells_than_a_list_has_are_refused_in_however_many_sheets",
        ),
    ),
    (
        "sheet: who may have one read",
        "motions/sheet_desk.py",
        "    if by.role not in MAY_DECIDE:\n        return nothing(",
        "    if by.role is None:\n        return nothing(",
        (f"{_DESK}test_a_sellers_sheet_is_not_read_and_they_are_told_why",),
    ),
    (
        "sheet: an outsider's is nobody's business",
        "motions/sheet_desk.py",
        "    if not partners or by.role in _OUTSIDERS:",
        "    if not partners:",
        (f"{_DESK}test_somebody_elses_sheet_is_nobodys_business",),
    ),
    (
        "sheet: a channel of two partners does not say whose it is",
        "motions/sheet_desk.py",
        "    if len(partners) > 1:",
        "    if len(partners) > 2:",
        (f"{_DESK}test_a_channel_of_two_partners_does_not_say_whose_sheet_it_is",),
    ),
    (
        "sheet: a message delivered twice is read once",
        "motions/sheet_desk.py",
        "        return  # the same message, delivered again",
        "        pass",
        (f"{_DESK}test_the_same_message_twice_is_dropped_once",),
    ),
    (
        "sheet: who may decide",
        "motions/sheet_desk.py",
        '    if by.role not in MAY_DECIDE:\n        return "Only',
        '    if by.role is None:\n        return "Only',
        (f"{_DECIDED}test_only_alliance_managers_and_operators_decide",),
    ),
    (
        "sheet: it is decided once",
        "motions/sheet_desk.py",
        "    if approval.verdict is not None:",
        "    if approval.verdict is Verdict.COVERED:",
        (f"{_DECIDED}test_the_second_click_changes_nothing_and_says_so",),
    ),
    (
        "sheet: a card expires",
        "motions/sheet_desk.py",
        "    if (now := ports.clock.now()) >= approval.expires_at:",
        "    if (now := ports.clock.now()) is None:",
        (f"{_DECIDED}test_a_card_expires",),
    ),
    (
        "sheet: nobody decides on other bytes than were sealed",
        "motions/sheet_desk.py",
        "    if proposal.seal != approval.seal:\n        _report_broken_seal(",
        "    if proposal.seal is None:\n        _report_broken_seal(",
        (f"{_DECIDED}test_nothing_is_imported_on_other_bytes_than_were_sealed",),
    ),
    (
        "sheet: nothing is imported on other bytes than were sealed",
        "motions/sheet_desk.py",
        "    if proposal.seal != approval.seal:\n        ports.durable",
        "    if proposal.seal is None:\n        ports.durable",
        (f"{_IMPORTED}test_what_was_changed_after_the_approval_is_not_imported",),
    ),
    (
        "sheet: policy may forbid it",
        "motions/importing.py",
        "autonomy_for(ActionKind.CRM_WRITE, Band.HIGH) is Autonomy.FORBID",
        "autonomy_for(ActionKind.CRM_WRITE, Band.HIGH) is None",
        (f"{_DECIDED}test_policy_may_forbid_what_an_import_writes",),
    ),
    (
        "sheet: policy is asked again when a row is written",
        "motions/importing.py",
        "    if is_forbidden(ports.config):  # since it was imported\n",
        "    if item is None:\n",
        ("tests/motions/test_importing.py::test_what_policy_forbids_by_the_time_it_would_be_written_is_refused",),
    ),
    (
        "sheet: only the file that was shown is imported",
        "motions/sheet_looks.py",
        "    if file.sha256 != look.sha256:",
        "    if look.sha256 is None:",
        (f"{_IMPORTED}test_a_file_that_is_another_by_now_is_not_imported_but_shown_and_asked_anew",),
    ),
    (
        "sheet: only the columns that were shown are imported",
        "motions/sheet_looks.py",
        "    if columns_of(reading, ports) != look.columns:",
        "    if look.columns is None:",
        (f"{_IMPORTED}test_a_file_that_would_be_read_otherwise_by_now_is_asked_anew",),
    ),
    (
        "sheet: it is imported by the meanings that were sealed",
        "motions/sheet_looks.py",
        "    reading = _read(file, look.drop, look.told, ports)",
        "    reading = _read(file, look.drop, {'score': SheetColumn.STAGE}, ports)",
        (f"{_IMPORTED}test_the_mapping_that_was_shown_is_the_one_imported_by",),
    ),
    (
        "sheet: no more rows than the bot can keep at once",
        "motions/sheet_looks.py",
        "    if len(reading.rows) > MOST_ROWS:",
        "    if not reading:",
        (f"{_DESK}test_more_rows_than_the_bot_takes_at_once_are_refused_with_the_way_out",),
    ),
    (
        "sheet: an older one does not go over one imported since",
        "motions/sheet_desk.py",
        "    now = _overtaken(look, uow, ports) or now\n",
        "",
        (f"{_IMPORTED}test_an_older_sheet_does_not_go_over_one_imported_since_it_was_shown",),
    ),
    (
        "sheet: a card that goes out late asks once",
        "motions/sheet_cards.py",
        "        return  # an earlier attempt to show it asked, and its card may be out",
        "        pass",
        (f"{_DESK}test_a_card_that_goes_out_late_is_one_card_whose_button_imports",),
    ),
    (
        "sheet: two who keep the same bytes keep them once",
        "motions/importing.py",
        "    if not uow.sheets.add(imported, items):",
        "    if uow.sheets.add(imported, items) is None:",
        ("tests/motions/test_importing.py::test_an_import_that_somebody_else_keeps_at_the_same_moment_is_kept_once",),
    ),
    (
        "file: the token goes to Slack alone",
        "handlers/files.py",
        "        if (found.scheme, found.netloc) != allowed:",
        "        if found.scheme is None:",
        (f"{_FILES}test_our_token_goes_to_slack_alone",),
    ),
    (
        "file: no more is read than may be",
        "handlers/files.py",
        "        if len(data) > at_most:",
        "        if len(data) < 0:",
        (f"{_FILES}test_no_more_of_a_file_is_read_than_may_be",),
    ),
    (
        "file: too large is not even fetched",
        "handlers/files.py",
        "        if isinstance(size, int) and size > at_most:",
        "        if size is None:",
        (f"{_FILES}test_a_file_that_is_too_large_is_not_fetched",),
    ),
    (
        "file: what lies elsewhere is not fetched",
        "handlers/files.py",
        '        if facts.get("is_external") or facts.get("mode") not in _HERE:',
        "        if not facts:",
        (f"{_FILES}test_a_file_that_lies_elsewhere_is_refused",),
    ),
    (
        "file: the sign-in page is no file",
        "handlers/files.py",
        "    if answer.status_code != _OK or ",
        "    if ",
        (f"{_FILES}test_who_may_not_read_files_meets_the_sign_in_page",),
    ),
)
