"""The guards of approvals given in advance: what their terms cover, and how long; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_TERMS = "motions/terms.py"
_OF_TERMS = "tests/motions/test_terms.py::"
_STANDING = "motions/standing.py"
_OF_STANDING = "tests/motions/test_standing.py::"
_OF_DECISIONS = "tests/contracts/test_store_decisions.py::"
_OF_FILING = "tests/motions/test_filing.py::"

ROWS: tuple[Row, ...] = (
    (
        "claim: a standing approval decides what nobody decided",
        "store/decisions.py",
        (
            '            "standing": standing.token,\n'
            "        }\n"
            "        return self._update(token, approvals.c.verdict.is_(None), decision)"
        ),
        (
            '            "standing": standing.token,\n'
            "        }\n"
            "        return self._update(token, approvals.c.token == token, decision)"
        ),
        (f"{_OF_DECISIONS}test_a_standing_approval_decides_a_request_once_in_its_giver_s_name",),
    ),
    (
        "standing approval: given once, and not after it was revoked",
        "store/standings.py",
        ", rows.c.given_at.is_(None), rows.c.revoked_at.is_(None))\n        return update_rows",
        ")\n        return update_rows",
        (f"{_OF_DECISIONS}test_a_standing_approval_is_given_once_and_revoked_once",),
    ),
    (
        "standing approval: revoked once",
        "store/standings.py",
        "        standing = (rows.c.token == token, rows.c.revoked_at.is_(None))\n",
        "        standing = (rows.c.token == token,)\n",
        (f"{_OF_DECISIONS}test_a_standing_approval_is_given_once_and_revoked_once",),
    ),
    (
        "standing approval: one that ended or was revoked lets nothing out",
        "motions/authority.py",
        '    return f"the standing approval of {standing.given_name} {why}" if why else None\n',
        "    return None\n",
        (f"{_OF_FILING}test_when_nobody_knows_whether_the_first_call_arrived_a_withdrawn_filing_says_so",),
    ),
    (
        "standing approval: not beyond its amount",
        _TERMS,
        " or amount.amount > standing.up_to.amount:",
        ":",
        (f"{_OF_TERMS}test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    (
        "standing approval: not in another currency",
        _TERMS,
        " or amount.currency != standing.up_to.currency",
        "",
        (f"{_OF_TERMS}test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    (
        "standing approval: not for another partner",
        _TERMS,
        " or standing.partner != proposal.audience",
        "",
        (f"{_OF_TERMS}test_terms_cover_a_referral_of_their_play_partner_amount_and_currency",),
    ),
    (
        "standing approval: not after its last day",
        _TERMS,
        '    if today > standing.until:\n        return f"ended on {standing.until}"\n',
        "",
        (f"{_OF_TERMS}test_what_holds_no_longer_says_why",),
    ),
    (
        "standing approval: not once its stored terms were changed",
        _TERMS,
        '    if not standing.is_sealed:\n        return "is not what was given: its stored terms were changed"\n',
        "",
        (f"{_OF_TERMS}test_what_holds_no_longer_says_why",),
    ),
    (
        "standing approval: not under another policy",
        _TERMS,
        "    if standing.policy_version != config.policy.version:\n",
        "    if config is None:\n",
        (f"{_OF_TERMS}test_what_holds_no_longer_says_why",),
    ),
    (
        "standing approval: not of somebody who left",
        _TERMS,
        "    if not _may_still_give(standing, config):\n",
        "    if config is None:\n",
        (f"{_OF_TERMS}test_what_holds_no_longer_says_why",),
    ),
    (
        "standing approval: not once revoked",
        _TERMS,
        '    if standing.revoked_at is not None:\n        return f"was revoked by {standing.revoked_name}"\n',
        "",
        (f"{_OF_FILING}test_when_nobody_knows_whether_the_first_call_arrived_a_withdrawn_filing_says_so",),
    ),
    (
        "standing approval: not what needs two people",
        _TERMS,
        "    if people_needed(proposal, config.policy) > 1:\n        return False\n",
        "",
        (f"{_OF_TERMS}test_what_needs_two_people_is_never_covered",),
    ),
    (
        "standing approval: not what its giver asked for",
        _TERMS,
        "    return config.policy.requester_may_approve or not is_requester(motion, standing.given_by, uow)\n",
        "    return True\n",
        (f"{_OF_TERMS}test_what_its_giver_asked_for_is_covered_only_where_policy_lets_them_approve_it",),
    ),
    (
        "standing approval: not what policy forbids",
        _TERMS,
        (
            "    if config.policy.autonomy_for(ActionKind.PORTAL_FILING, motion.band) is Autonomy.FORBID:\n"
            "        return False\n"
        ),
        "",
        (f"{_OF_TERMS}test_what_policy_forbids_is_never_covered",),
    ),
    (
        "standing approval: given by who was offered it",
        _STANDING,
        "    if by.key != offered.given_by or not may_give(",
        "    if not may_give(",
        (f"{_OF_STANDING}test_nobody_gives_what_was_offered_to_somebody_else",),
    ),
    (
        "standing approval: offered to who looks after the partner",
        _STANDING,
        "    if not may_give(asker, partner.key, ports.config):\n",
        "    if asker is None:\n",
        (f"{_OF_STANDING}test_a_seller_is_told_who_approves_in_advance",),
    ),
    (
        "standing approval: revoked by who looks after the partner",
        _STANDING,
        "        if not may_give(by, found.partner, ports.config):\n",
        "        if by is None:\n",
        (f"{_OF_STANDING}test_a_seller_revokes_nothing_and_it_is_revoked_once",),
    ),
)
