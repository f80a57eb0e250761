"""Where a cast stands: who hides whose face, and whom the edge of the picture cuts."""

import pytest

from ip_library.core.lint import lint
from tests.data.documents import member, shot


def test_two_members_at_one_place_hide_each_other():
    found = lint(shot(member("a", "0.5"), member("b", "0.50"), member("c", "0.8"), member("d", "0.500")))
    assert [(item.code, item.severity, item.field) for item in found] == [
        ("position.overlap", "warning", "cast/2/position"),
        ("position.overlap", "warning", "cast/4/position"),
    ]
    assert "where member 1 stands (x 0.5, y 0.7)" in found[0].message


@pytest.mark.parametrize(
    ("cast", "codes"),
    [
        ([("0.5", "0.7", "1"), ("0.32", "0.7", "1")], []),
        ([("0.5", "0.7", "1"), ("0.55", "0.7", "1")], ["position.overlap"]),
        ([("0.5", "0.7", "1"), ("0.6", "0.7", "1")], ["position.near"]),
        ([("0.5", "0.7", "1"), ("0.65", "0.7", "1")], []),
        ([("0.5", "0.9", "1.6"), ("0.65", "0.9", "1.6")], ["position.near"]),
        ([("0.5", "0.7", "0.4"), ("0.6", "0.7", "0.4")], []),
        ([("0.5", "0.95", "0.9"), ("0.52", "0.6", "0.9")], []),  # behind, and seen over the head
        ([("0.5", "0.75", "1"), ("0.52", "0.7", "1")], ["position.overlap"]),
        ([("0.5", "0.7", "1"), ("0.5", "0.75", "0.4")], []),  # a small one before a tall one
        ([("0.05", "0.7", "1")], ["position.frame"]),
        ([("0.1", "0.7", "1")], []),
        ([("0.15", "0.9", "1.8")], []),
        ([("0.08", "0.9", "1.8")], ["position.frame"]),
        ([("0.95", "0.9", "1.8")], ["position.frame"]),
        ([("0.5", "0.2", "1")], ["position.frame"]),
        ([("0.5", "1", "2")], []),
    ],
)
def test_positions_are_judged_by_the_figures_size_at_its_scale(cast, codes):
    found = lint(shot(*(member(f"m{n}", *place) for n, place in enumerate(cast))))
    assert [problem.code for problem in found] == codes


@pytest.mark.parametrize(
    ("cast", "fix"),
    [
        ([("0.5", "0.7"), ("0.55", "0.7")], "x:0.68, y:0.7"),
        ([("0.5", "0.7"), ("0.45", "0.7")], "x:0.32, y:0.7"),
        ([("0.5", "0.7"), ("0.7", "0.7"), ("0.55", "0.7")], "x:0.32, y:0.7"),
        ([("0.05", "0.7")], "x:0.09, y:0.7"),
        ([("0.98", "0.7")], "x:0.91, y:0.7"),
        ([("0.5", "0.2")], "x:0.5, y:0.5"),
    ],
)
def test_the_proposed_position_ends_the_finding(cast, fix):
    members = [member(f"m{n}", *place) for n, place in enumerate(cast)]
    (found,) = lint(shot(*members))
    assert found.fix == fix
    x, y = (part.split(":")[1] for part in fix.split(", "))
    assert lint(shot(*members[:-1], member("moved", x, y))) == []


def test_a_close_up_may_cut_the_head_off_a_figure_whose_feet_are_out_of_sight():
    assert [p.code for p in lint(shot(member(scale="3", y="1")))] == ["position.frame"]
    assert lint(shot(member(scale="3", y="1", pose=("close-up",)))) == []


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-1"])
def test_a_position_that_cannot_be_drawn_is_passed_over(value):
    assert lint(shot(member(), member(x="0.1", scale=value))) == []
