"""The guards of filing packs and partners' sheets in Slack; `guard_list` has all the others."""

from tests.house.guards_of_grants import Row

_FILED = "tests/motions/test_saying_filed.py::"
_PACKS = "tests/connectors/sheets/test_sheet_portal.py::"

ROWS: tuple[Row, ...] = (
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
        "    if called == motion.referral_id:",
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
)
