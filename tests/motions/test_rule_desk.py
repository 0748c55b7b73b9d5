"""Match rules from Slack: read by all of ours, changed by operators and admins after a look, one at a time."""

from dataclasses import replace
from decimal import Decimal

import pytest

from motions.asking import answer
from motions.deals import Money
from motions.model import Person
from motions.policy import Rulebook
from motions.rule_desk import change_rule, preview_rule, rule_form
from motions.rule_surfaces import RuleForm, RuleList, RulePreview, RuleTyped
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import ALEX, DANA, PRIYA, SAM, SELLER, World, a_deal, world

SMALL = "aws-small-deal"


def test_everybody_of_ours_reads_the_rules_and_overseers_may_change_them() -> None:
    made = world()

    lists = [_list(made, person) for person in (SELLER, PRIYA, DANA, SAM)]

    assert {len(each.lines) for each in lists} == {6}
    assert [each.new is not None for each in lists] == [False, False, True, True]
    assert [bool(each.lines[0].token) for each in lists] == [False, False, True, True]
    first = lists[0].lines[0]
    assert (first.says, first.conditions) == ("AWS: +0.5 points", ("product contains any of GTX, MG",))
    assert not isinstance(answer("rules", ALEX, made.ports), RuleList)


def test_a_word_finds_the_rules_that_have_it() -> None:
    made = world()

    found = answer("rules northSTAR", DANA, made.ports), answer("rules employees", DANA, made.ports)

    assert [[line.id for line in each.lines] for each in found if isinstance(each, RuleList)] == [
        ["northstar-big-rollouts"],
        ["aws-mid-size", "northstar-big-rollouts"],
    ]


def test_a_changed_rule_is_looked_at_then_in_force_and_ranks_the_next_change() -> None:
    made = world(a_deal(1), a_deal(2, amount=Money(Decimal(4000), "USD")))
    form = _form(made, SMALL)
    typed = replace(form.typed, points="-2", when="amount at most 60000")

    shown = preview_rule(form.token, DANA, typed, made.ports)

    assert isinstance(shown, RulePreview)
    assert (shown.looked_at, shown.changed, shown.lost, shown.gained) == (2, 2, 1, 0)
    [largest, _] = shown.firsts
    assert largest.before is not None
    assert largest.after is not None
    assert largest.after[1] < largest.before[1]
    assert made.ports.in_force.number == 0

    reply = change_rule(form.token, DANA, typed, made.ports)

    assert isinstance(reply, ClickReply)
    assert reply.text.startswith("In force now: rule aws-small-deal changed.")
    rule = next(rule for rule in made.ports.config.rulebook.rules if rule.id == SMALL)
    assert (rule.points, rule.owner, len(made.ports.config.rulebook.rules)) == (-2, DANA.email, 6)
    assert _form(made, SMALL).typed == replace(typed, when="amount at most 60000")


def test_a_new_rule_has_a_name_of_its_own_and_whoever_added_it_owns_it() -> None:
    made = world()
    for _ in range(2):
        token = _list(made, SAM).new
        assert token is not None
        typed = RuleTyped("country is US", ("aws", "*"), "exclude", "", "Nobody sells there!", "2027-01-31")
        assert isinstance(change_rule(token, SAM, typed, made.ports), ClickReply)

    *_, one, other = made.ports.config.rulebook.rules
    assert (one.id, other.id) == ("nobody-sells-there", "nobody-sells-there-2")
    assert (one.partners, one.owner, one.effect, str(one.expires)) == (("*",), SAM.email, "exclude", "2027-01-31")
    lines = _list(made, SAM).lines
    assert lines[-1].says == "Every partner: never deals like this"


def test_a_rule_switched_off_or_over_says_so() -> None:
    made = world()
    off = _form(made, SMALL)
    assert isinstance(change_rule(off.token, DANA, replace(off.typed, is_enabled=False), made.ports), ClickReply)
    over = _form(made, "aws-mid-size")
    assert isinstance(change_rule(over.token, DANA, replace(over.typed, expires="2026-11-01"), made.ports), ClickReply)

    why = {line.id: line.why_off for line in _list(made, DANA).lines if not line.is_on}

    assert why == {SMALL: "switched off", "aws-mid-size": "ended on 2026-11-01"}


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"when": ""}, "when", "Say at least one condition"),
        ({"when": "amount at least lots"}, "when", "Line 1: amount at least needs numbers."),
        ({"points": "much"}, "points", "Type a number from -2 to 2"),
        ({"points": ""}, "points", "Type a number from -2 to 2"),
        ({"points": "9"}, "points", "Points are log-odds between -2 and 2"),
        ({"points": "nan"}, "points", "Points are log-odds between -2 and 2"),
        ({"because": "x"}, "because", "String should have at least 3 characters."),
        ({"expires": "2026-02-31"}, "expires", "Input should be a valid date"),
        ({"partners": ()}, "partners", "Pick whom the rule is for."),
    ],
)
def test_what_is_wrong_is_said_beside_its_input_and_nothing_changes(
    changes: dict[str, object], place: str, said: str
) -> None:
    made = world()
    form = _form(made, SMALL)
    typed = replace(form.typed, **changes)  # type: ignore[arg-type]  # each of its own kind

    for act in (preview_rule, change_rule):
        outcome = act(form.token, DANA, typed, made.ports)
        assert isinstance(outcome, dict)
        assert outcome[place].startswith(said)
    assert made.ports.in_force.number == 0


def test_nobody_else_changes_a_rule() -> None:
    made = world()
    form = _form(made, SMALL)

    for person in (SELLER, PRIYA, ALEX):
        outcomes = [
            rule_form(form.token, person, made.ports),
            preview_rule(form.token, person, form.typed, made.ports),
            change_rule(form.token, person, form.typed, made.ports),
        ]
        assert {_outcome(each) for each in outcomes} == {ClickOutcome.CHANGED_NOTHING}
    assert made.ports.in_force.number == 0


def test_who_opened_a_form_before_somebody_else_changed_a_rule_changes_nothing() -> None:
    made = world()
    form, other = _form(made, SMALL), _form(made, "aws-mid-size")
    assert isinstance(change_rule(other.token, SAM, replace(other.typed, points="0.1"), made.ports), ClickReply)

    for act in (preview_rule, change_rule):
        reply = act(form.token, DANA, replace(form.typed, points="-1"), made.ports)
        assert isinstance(reply, ClickReply)
        assert reply.text.startswith("Somebody changed the rules meanwhile, so nothing was changed.")
    assert made.ports.in_force.number == 1


def test_a_button_for_a_rule_that_is_gone_says_so() -> None:
    made = world()
    form = _form(made, SMALL)
    made.use(made.ports.config.model_copy(update={"rulebook": Rulebook(rules=())}))

    reply = rule_form(form.token, DANA, made.ports)

    assert isinstance(reply, ClickReply)
    assert "not there any more" in reply.text


def _list(made: World, person: Person) -> RuleList:
    found = answer("rules", person, made.ports)
    assert isinstance(found, RuleList)
    return found


def _form(made: World, rule_id: str) -> RuleForm:
    token = next(line.token for line in _list(made, DANA).lines if line.id == rule_id)
    form = rule_form(token, DANA, made.ports)
    assert isinstance(form, RuleForm)
    return form


def _outcome(reply: object) -> ClickOutcome | None:
    return reply.outcome if isinstance(reply, ClickReply) else None
