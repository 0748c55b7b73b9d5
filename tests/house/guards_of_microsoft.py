"""The guards of filing at Microsoft and of hearing it; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_AT = "connectors/microsoft/"
_S, _N, _T, _M = (
    f"tests/connectors/microsoft/test_microsoft_{of}.py::" for of in ("saga", "notifications", "tokens", "mapping")
)

ROWS: tuple[Row, ...] = (
    (
        "microsoft: our referral is looked for before it is made",
        f"{_AT}steps.py",
        "        if found is not None:\n            return found\n",
        "",
        (f"{_S}test_sending_blindly_again_doubles_nothing",),
    ),
    (
        "microsoft: a referral with other words is not taken for ours",
        f"{_AT}steps.py",
        "            if says_the_same(record, body):\n",
        "            if record:\n",
        (f"{_S}test_another_referral_under_the_same_deal_is_not_taken_for_ours",),
    ),
    (
        "microsoft: what is over is not taken for ours",
        f"{_AT}steps.py",
        "            if is_over(record, *([theirs] if theirs else [])):\n                continue\n",
        "",
        (f"{_S}test_what_microsoft_declined_is_filed_anew",),
    ),
    (
        "microsoft: microsoft is asked in once",
        f"{_AT}steps.py",
        "        if theirs is not None:\n            return str(theirs",
        "        if theirs is own:\n            return str(theirs",
        (f"{_S}test_sending_blindly_again_doubles_nothing",),
    ),
    (
        "microsoft: a closed side wins",
        f"{_AT}reading.py",
        "    if is_over(own, *([theirs] if theirs else [])):\n        return Review.REJECTED\n",
        "",
        (f"{_S}test_what_is_closed_wins_over_an_acceptance",),
    ),
    (
        "microsoft: nobody is named without consent, nor on a private deal",
        f"{_AT}people_lines.py",
        "bool(person and consent) and kind != PRIVATE",
        "bool(person)",
        (
            f"{_M}test_nobody_is_named_on_a_private_deal",
            f"{_M}test_nobody_is_named_without_consent_and_co_sell_asks_for_it",
        ),
    ),
    (
        "microsoft: one renews, the others take what it wrote",
        f"{_AT}tokens.py",
        "return self._living(kept) or self._exchanged(kept)",
        "return self._exchanged(kept)",
        (f"{_T}test_several_at_once_renew_once",),
    ),
    (
        "microsoft: a token is not sent where an answer says",
        f"{_AT}client.py",
        "parse_qs(urlsplit(str(onward)).query)",
        "parse_qs(str(onward))",
        (f"{_S}test_a_list_s_link_is_never_followed_elsewhere",),
    ),
    (
        "microsoft: the certificate's host is pinned",
        f"{_AT}notifications.py",
        "if not (is_there and is_safe):",
        "if not is_safe:",
        (f"{_N}test_a_host_with_somebody_s_name_before_it_is_another_host",),
    ),
    (
        "microsoft: the certificate is microsoft's own",
        f"{_AT}notifications.py",
        "if [name.value for name in names] != [ORGANIZATION]:",
        "if not names:",
        (f"{_N}test_a_certificate_by_the_right_authority_for_the_wrong_name_is_refused",),
    ),
    (
        "microsoft: an authority we trust vouches for the certificate",
        f"{_AT}notifications.py",
        "            verifier.verify(certificate, [])\n",
        "            verifier.policy.max_chain_depth\n",
        (f"{_N}test_a_certificate_of_somebody_else_is_refused",),
    ),
    (
        "microsoft: the signature is of these bytes",
        f"{_AT}notifications.py",
        "        _check_signature(certificate, signature, algorithm, body)\n",
        "",
        (f"{_N}test_other_bytes_than_were_signed_are_refused",),
    ),
    (
        "microsoft: the same notification wakes nobody again",
        "handlers/portal_events.py",
        '        is_new = uow.inbox.receive(Envelope(key, _KIND, "{}", now)) is Arrival.NEW\n',
        '        is_new = uow.inbox.receive(Envelope(key, _KIND, "{}", now)) is not None\n',
        ("tests/handlers/test_portal_events.py::test_a_change_wakes_the_sweep_once_however_often_it_is_told",),
    ),
)
