"""The guards that keep what nobody agreed to share from crossing; `guard_list` has all the others."""

Row = tuple[str, str, str, str, tuple[str, ...]]

_GRANTS, _GRANTING, _HANDOFFS = "motions/grants.py", "motions/granting.py", "motions/handoffs.py"
_OF_GRANTS, _OF_GRANTING = "tests/motions/test_grants.py::", "tests/motions/test_granting.py::"
_OF_REVOCATION = "tests/motions/test_revocation.py::"

# Name, path, words of the source, what becomes of them, tests that must fail then.
ROWS: tuple[Row, ...] = (
    (
        "grant: for this partner and deal only",
        _GRANTS,
        "    if grant is None or grant.partner != partner.key or not grant.deals.covers(context.deal):\n",
        "    if grant is None:\n",
        (f"{_OF_GRANTS}test_without_a_grant_or_for_somebody_else_nothing_crosses",),
    ),
    (
        "grant: only the fields it names",
        _GRANTS,
        "if name in allowed and each.label.is_within(Label.SHAREABLE)}",
        "if each.label.is_within(Label.SHAREABLE)}",
        (f"{_OF_GRANTS}test_only_what_the_grant_names_and_the_purpose_needs_crosses",),
    ),
    (
        "grant: only as far as labels go",
        _GRANTS,
        "if name in allowed and each.label.is_within(Label.SHAREABLE)}",
        "if name in allowed}",
        (f"{_OF_GRANTS}test_a_value_crosses_as_far_as_its_label_goes",),
    ),
    (
        "grant: what nobody labelled is restricted",
        "motions/labels.py",
        "self._labels.get(origin, Label.RESTRICTED)",
        "self._labels.get(origin, Label.PUBLIC)",
        (
            "tests/motions/test_labels.py::test_a_field_nobody_labelled_is_restricted",
            f"{_OF_GRANTS}test_what_nobody_labelled_never_crosses",
        ),
    ),
    (
        "grant: it ends with its last day",
        "motions/grant_terms.py",
        " and now.date() <= self.until",
        "",
        (f"{_OF_GRANTS}test_a_grant_past_its_last_day_does_not_stand",),
    ),
    (
        "grant: one nobody agreed to does not stand",
        "motions/grant_terms.py",
        "return self.confirmed_at is not None and self.revoked_at is None and",
        "return self.revoked_at is None and",
        (f"{_OF_GRANTING}test_a_motion_waits_for_the_partner_and_goes_on_when_it_agrees",),
    ),
    (
        "grant: what was approved under a wider one is held",
        _GRANTS,
        "    if not beyond:\n",
        "    if beyond is not None:\n",
        (
            f"{_OF_GRANTS}test_a_guard_holds_what_is_no_longer_covered",
            f"{_OF_REVOCATION}test_a_narrower_grant_holds_back_what_was_approved_under_a_wider_one",
        ),
    ),
    (
        "grant: what a partner can see leaves under a guard",
        "motions/performing.py",
        "    if plan.audience != INTERNAL:\n",
        "    if plan.audience is None:\n",
        ("tests/motions/test_posting.py::test_words_for_a_partner_without_a_guard_go_nowhere",),
    ),
    (
        "grant: each call of a filing asks for it again",
        "motions/authority.py",
        "        return granted(uow)\n",
        "        return None\n",
        (f"{_OF_REVOCATION}test_a_filing_that_is_half_done_stops_and_says_what_is_there",),
    ),
    (
        "grant: the handoff asks for it again",
        _HANDOFFS,
        "post(plan, ports, guard=told.guard)",
        "post(plan, ports, guard=holds_no_deal)",
        (f"{_OF_REVOCATION}test_an_acceptance_still_reaches_the_crm_and_the_handoff_stays_here",),
    ),
    (
        "grant: a handoff drawn again asks for it again",
        _HANDOFFS,
        "rewrite(plan, ref, ports, guard=told.guard)",
        "rewrite(plan, ref, ports, guard=holds_no_deal)",
        (f"{_OF_REVOCATION}test_a_handoff_that_is_out_is_blanked_and_nobody_is_reminded",),
    ),
    (
        "grant: a reminder asks for it again",
        "motions/nudging.py",
        "post(plan, ports, thread=thread, guard=told.guard)",
        "post(plan, ports, thread=thread, guard=lambda _: None)",
        (f"{_OF_REVOCATION}test_a_reminder_that_was_due_already_is_held",),
    ),
    (
        "grant: a card prepared under another one is prepared again",
        "motions/preparing.py",
        "    if grant_of(proposal) != (grant.id if grant else None):\n",
        "    if proposal is None:\n",
        (f"{_OF_REVOCATION}test_a_grant_that_ends_while_a_card_is_prepared_is_noticed",),
    ),
    (
        "grant: a customer that stays home is not looked for",
        "motions/drafting.py",
        "may_ask = Field.CUSTOMER in crossing.referral.fields",
        "may_ask = True",
        (f"{_OF_GRANTING}test_a_customer_that_stays_home_is_not_looked_for_in_the_portal",),
    ),
    (
        "grant: only the partner agrees",
        _GRANTING,
        "    if not _speaks_for(by, partner):\n",
        "    if by.role is Role.STRANGER:\n",
        (f"{_OF_GRANTING}test_nobody_but_the_partner_agrees",),
    ),
    (
        "grant: of the partner only who may",
        _GRANTING,
        "    return is_theirs and (not partner.grantors or by.user_id in partner.grantors)\n",
        "    return is_theirs\n",
        (f"{_OF_GRANTING}test_where_the_partner_names_who_may_agree_nobody_else_of_it_does",),
    ),
    (
        "grant: only who looks after the partner proposes",
        _GRANTING,
        "        return nothing(_who_may(partner))\n",
        "        pass\n",
        (f"{_OF_GRANTING}test_only_who_looks_after_the_partner_proposes",),
    ),
    (
        "grant: only either side ends it",
        _GRANTING,
        "        if side is None:\n",
        "        if by is None:\n",
        (f"{_OF_GRANTING}test_nobody_else_ends_it",),
    ),
    (
        "grant: what was shown is what is proposed",
        _GRANTING,
        "    if hash_of_terms(partner.grant.terms(ports.clock.now().date()))[:32] != shown:\n",
        "    if shown is None:\n",
        (f"{_OF_GRANTING}test_what_partners_yml_says_by_now_is_what_would_have_to_be_shown",),
    ),
    (
        "grant: what a person ended no policy proposes again",
        _GRANTING,
        "    is_wanted = not grants or grants[-1].revoked_side is Side.TIME\n",
        "    is_wanted = not any(grant.revoked_at is None for grant in grants)\n",
        (f"{_OF_GRANTING}test_what_a_person_ended_no_policy_proposes_again",),
    ),
    (
        "grant: the log's signatures are of its terms",
        "motions/signatures.py",
        "    if signature is None or not keys.is_signed(signature, text):\n",
        "    if signature is None:\n",
        ("tests/motions/test_signatures.py::test_other_terms_than_were_signed_are_found",),
    ),
)
