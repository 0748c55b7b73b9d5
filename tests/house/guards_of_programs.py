"""The guards between two companies' programs, and those of the account both keep; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_HEARING, _TELLING = "motions/instance_hearing.py", "motions/instance_telling.py"
_T, _E = "tests/motions/test_instances.py::", "tests/motions/test_exports.py::"
_H, _S = "tests/motions/test_instances_heard.py::", "tests/motions/test_instances_told.py::"

ROWS: tuple[Row, ...] = (
    (
        "programs: only what a partner's key signed",
        _HEARING,
        "    if not is_signed or partner is None:\n",
        "    if partner is None:\n",
        (f"{_H}test_who_is_not_known_learns_nothing_whatever_the_reason",),
    ),
    (
        "programs: only what is for us",
        _HEARING,
        "    if message.recipient != ports.signer.public_key(key_name(partner.key)):\n",
        "    if not message.recipient:\n",
        (f"{_H}test_what_is_wrong_with_a_message_is_said_and_nothing_is_written",),
    ),
    (
        "programs: one id, one content",
        _HEARING,
        "message.sender != key or not message.is_whole",
        "message.sender != key",
        (f"{_H}test_an_id_that_is_not_of_the_content_is_refused",),
    ),
    (
        "programs: a sending counts for five minutes",
        _HEARING,
        "abs(now - sent.sent_at) > FRESH or ",
        "",
        (f"{_H}test_captured_bytes_are_good_for_five_minutes_and_change_nothing_within",),
    ),
    (
        "programs: the same message again moves nothing",
        _HEARING,
        "is_new=not is_known) for",
        "is_new=True) for",
        (f"{_H}test_a_message_taken_before_does_not_undo_what_came_after",),
    ),
    (
        "programs: an overtaken message moves nothing",
        _HEARING,
        "latest is not None and message.at <= latest",
        "latest is None and message.at == latest",
        (f"{_H}test_a_message_that_a_later_one_overtook_changes_nothing",),
    ),
    (
        "programs: no name is guessed",
        _HEARING,
        "    if len(refs) > 1 or times[refs[0]] > 1:\n",
        "    if len(refs) > 2:\n",
        (f"{_T}test_a_name_that_more_than_one_deal_has_is_never_guessed",),
    ),
    (
        "programs: no figure that the receiver does not share",
        _HEARING,
        "for name in row.shares if name.value in released)",
        "for name in row.shares if name.value)",
        (f"{_T}test_only_fields_both_share_are_taken_and_counted",),
    ),
    (
        "programs: half a message is none",
        _HEARING,
        "    if is_new and now.theirs != told(line, reading.values):\n",
        "    if now is None:\n",
        (f"{_H}test_figures_somebody_else_moves_meanwhile_are_not_taken_half",),
    ),
    (
        "programs: the grant is asked again as figures leave",
        _TELLING,
        "        if shared is None or content_of(*shared) != content_of(message.grant, message.rows):\n",
        "        if shared is None:\n            return message.grant.id\n        if False:\n",
        (f"{_S}test_a_grant_that_goes_between_composing_and_sending_holds_it",),
    ),
    (
        "programs: only an answer the partner signed, about these bytes",
        _TELLING,
        "    if answer is None or answer.request != sha256_of_text(text):\n",
        "    if answer is None:\n",
        (f"{_S}test_an_answer_to_other_bytes_is_none",),
    ),
    (
        "account: each line follows from the one before",
        "motions/exports.py",
        "(found.hash, line) != _chained(entry, n, last)",
        "found.hash == last",
        (f"{_E}test_the_first_place_that_was_changed_removed_reordered_or_cut_is_named",),
    ),
    (
        "account: signed by the key it names",
        "motions/exports.py",
        '    if not is_signed(Signature("", head.key, end.signature), signed_text(end.end, end.hash)):\n',
        "    if not end.signature:\n",
        (f"{_E}test_who_makes_the_chain_anew_cannot_sign_it",),
    ),
    (
        "account: nothing of another partner",
        "motions/exporting.py",
        '        if intended.get("audience") != self._partner:\n',
        '        if "audience" not in intended:\n',
        (f"{_E}test_the_partner_s_account_is_the_same_bytes_whatever_another_partner_does",),
    ),
)
