import pytest

from generation.core.request import check_sampling, parse_size
from ip_library.core.errors import RefusedError

GOOD = {"width": 64, "height": 4096, "steps": 1, "guidance": 0.0, "seeds": (0, 2**32 - 1)}


def test_values_at_their_limits_are_allowed():
    check_sampling(**GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 63), ("width", 48), ("width", 4112), ("height", 65), ("steps", 0), ("steps", 201),
        ("guidance", -0.1), ("guidance", 30.1), ("guidance", float("nan")),
        ("seeds", ()), ("seeds", (-1,)), ("seeds", (2**32,)), ("seeds", (1, 1)), ("seeds", tuple(range(9))),
    ],
)  # fmt: skip
def test_a_value_outside_its_limits_is_refused_by_name(name, value):
    with pytest.raises(RefusedError) as refused:
        check_sampling(**{**GOOD, name: value})
    assert name.rstrip("s") in str(refused.value)


@pytest.mark.parametrize("text", ["", "1024", "1024x", "x768", "1024X768", "-64x64", "1e3x64", "64x64 ", "٦٤x٦٤"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(RefusedError, match="WIDTHxHEIGHT"):
        parse_size(text)


def test_a_size_is_read():
    assert parse_size("1024x768") == (1024, 768)
