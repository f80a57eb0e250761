"""Aliases and palettes are typed one a line, and read back as they were meant."""

import pytest

from ip_library.core.documents import Colour
from ip_library.core.sheet_lines import read_aliases, read_palette, write_aliases, write_palette


def test_aliases_come_one_a_line_without_empty_ones():
    text = "  Hatsune Miku \r\n\n初音ミク\n"
    assert read_aliases(text) == ("Hatsune Miku", "初音ミク")
    assert read_aliases(write_aliases(read_aliases(text))) == read_aliases(text)


@pytest.mark.parametrize(
    ("line", "colour"),
    [
        ("hair #39C5BB", Colour("hair", "#39c5bb")),
        ("  school   tie\t#ff0000 ", Colour("school tie", "#ff0000")),
        ("#ff0000", Colour("", "#ff0000")),
        ("hair teal", Colour("hair teal", "")),
        ("hair #39c5bb dark", Colour("hair #39c5bb dark", "")),
    ],
)
def test_a_colour_is_a_name_and_a_code_and_what_lacks_one_is_kept_for_the_rules(line, colour):
    assert read_palette(line) == (colour,)
    assert read_palette(write_palette((colour,))) == (colour,)
