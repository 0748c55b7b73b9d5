"""Two companies' programs tell each other figures: both see the same, and nothing is taken that should not be."""

from tests.motions.forecasts import seen, stored
from tests.motions.neighbours import neighbours


def test_both_see_the_same_figures_and_the_same_conflicts() -> None:
    both = neighbours()

    back, again = both.tell_both()

    assert back.is_equal
    assert again.is_equal
    assert back.answer.view == again.answer.view
    assert {row.outcome for row in again.answer.rows} == {"same"}
    apart = [
        {(line.customer, cell.field) for line in seen(made).lines for cell in line.conflicts}
        for made in (both.meridian, both.aws)
    ]
    assert apart[0] == apart[1]
    assert len(apart[0]) == 3
    assert stored(both.aws, "Acme").theirs == stored(both.meridian, "Acme").ours
