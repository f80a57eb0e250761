"""All tags and all words of every kind of document can be found."""

from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.core.search_text import fold, name_of, tags_of, text_of

MIKU = d.CharacterDocument(
    "miku",
    "初音ミク",
    "1girl",
    d.Appearance(hair=("Blue Hair",), accessories=("round_glasses",)),
    looks=(d.LookDocument("summer", "夏服", (("clothing", ("white_shirt",)),)),),
    expressions=(d.ExpressionDocument("wink", "Wink", ("smile",), (("eyes", ("one_eye_closed",)),)),),
    prompt_name="hatsune_miku",
    notes="Ｎｅｇｉ in hand",
    aliases=("Mikumiku", "ミクさん"),
    palette=(d.Colour("teal", "#39c5bb"),),
)
SHOT = d.ShotDocument(
    "E01_SQ010_SH0010",
    "桜の下",
    (d.CastMember(d.Reference("miku"), d.Position(Decimal("0.5"), Decimal("0.7")), pose=("standing",)),),
    negative=("lowres",),
    interactions=(d.Interaction(1, 2, ("holding_hands",)),),
    action="She RUNS",
    dialogue=(d.Line(0, "おはよう", "Narrator"),),
)


@pytest.mark.parametrize(
    ("document", "tags"),
    [
        (
            MIKU,
            [("hair", "blue_hair"), ("accessories", "round_glasses"), ("looks/summer/clothing", "white_shirt"), ("expressions/wink/tags", "smile"), ("expressions/wink/eyes", "one_eye_closed")],
        ),
        (d.SceneDocument("s", "S", ("a",), ("b",), ("c",), ("d",)), [("background", "a"), ("environment", "b"), ("lighting", "c"), ("atmosphere", "d")]),
        (d.PoseDocument("p", "P", ("sitting",)), [("tags", "sitting")]),
        (d.PropDocument("p", "P", ("umbrella",)), [("tags", "umbrella")]),
        (d.StyleDocument("s", "S", ("a",), ("b",), ("c",), ("d",)), [("style", "a"), ("artists", "b"), ("quality", "c"), ("negative", "d")]),
        (SHOT, [("cast/1/pose", "standing"), ("interactions/1", "holding_hands"), ("negative", "lowres")]),
    ],
)  # fmt: skip
def test_every_tag_is_listed_with_its_field(document, tags):
    assert list(tags_of(document)) == tags


@pytest.mark.parametrize(
    "word",
    [
        "初音",
        "mikumiku",
        "ミクさん",
        "夏服",
        "summer",
        "negi",
        "blue_hair",
        "blue hair",
        "#39c5bb",
        "hatsune",
        "one eye",
    ],
)
def test_every_word_of_a_character_is_in_its_text(word):
    assert word in text_of(MIKU)


@pytest.mark.parametrize("word", ["e01_sq010_sh0010", "桜の下", "she runs", "おはよう", "narrator", "holding hands"])
def test_every_word_of_a_shot_is_in_its_text(word):
    assert word in text_of(SHOT)


def test_a_whole_value_is_told_from_a_part():
    assert "\nmiku\n" in text_of(MIKU)
    assert "\nmik\n" not in text_of(MIKU)


@pytest.mark.parametrize(("one", "two"), [("ＭＩＫＵ", "miku"), ("ﾐｸ", "ミク"), ("STRASSE", "straße"), ("①", "1")])
def test_forms_of_one_word_are_folded_together(one, two):
    assert fold(one) == fold(two)


def test_what_has_no_name_is_called_by_its_code():
    assert name_of(d.ShotDocument("E01", "", ())) == "E01"
    assert name_of(SHOT) == "桜の下"
