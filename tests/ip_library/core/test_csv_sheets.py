"""Assets as CSV: what is written is read back, what is wrong is named by line and column."""

from dataclasses import replace

import pytest
from hypothesis import given

from ip_library.core import csv_sheets, csv_variants
from ip_library.core import documents as d
from tests.data import documents as made


def read_one(text: str, before=None, **options):
    rows, problems = csv_sheets.read_rows(text, **options)
    assert problems == []
    (row,) = rows
    document, problems = csv_sheets.document_of(row, before)
    assert problems == []
    return document


@given(made.characters)
def test_a_sheet_survives_the_way_there_and_back(document):
    flat = replace(
        document, looks=(), expressions=(), base=None, cleared=(), palette=(), art=(),
        aliases=tuple(name for name in document.aliases if "|" not in name),
    )  # fmt: skip
    text = csv_sheets.write_rows(d.CHARACTER, [flat])
    assert read_one(text, kind=d.CHARACTER) == flat


@given(made.scenes)
def test_a_scene_survives_the_way_there_and_back(document):
    assert read_one(csv_sheets.write_rows(d.SCENE, [document]), kind=d.SCENE) == document


@given(made.plain_characters)
def test_looks_and_expressions_survive_the_way_there_and_back(document):
    bare = replace(document, looks=(), expressions=())
    for kind in csv_sheets.VARIANTS:
        text = csv_variants.write_variants(kind, [document])
        rows, problems = csv_sheets.read_rows(text, kind=kind) if text else ([], [])
        assert problems == []
        for row in rows:
            bare, problems = csv_variants.with_variant(bare, row)
            assert problems == []
    assert bare == document


def test_a_row_of_a_look_says_whose_it_is():
    rows, problems = csv_sheets.read_rows("slug,name\nsummer,Summer\n", kind=csv_sheets.LOOK)
    assert (rows, [problem.field for problem in problems]) == ([], ["line 2/character"])
    text = "character,slug,hair\nmiku,summer,a\nlen,summer,b\nmiku,summer,c\n"
    _, problems = csv_sheets.read_rows(text, kind=csv_sheets.LOOK)
    assert [problem.field for problem in problems] == ["line 4/slug"]


def test_columns_that_a_file_of_looks_does_not_have_leave_what_is_there():
    look = d.LookDocument("summer", "Summer", (("hair", ("short_hair",)), ("accessories", ())))
    before = made.character("miku", looks=(look,))
    (row,), _ = csv_sheets.read_rows("character,slug,clothing\nmiku,summer,dress\n", kind=csv_sheets.LOOK)
    after, _ = csv_variants.with_variant(before, row)
    wanted = (("hair", ("short_hair",)), ("clothing", ("dress",)), ("accessories", ()))
    assert after.looks == (replace(look, overrides=wanted),)


def test_a_shot_survives_the_way_there_and_back():
    cast = (
        made.member("miku", x="0.25", look="summer", expression="gentle", pose=("standing", "waving")),
        made.member("len", x="0.8", scale="1.5", pose=()),
    )
    shot = made.shot(*cast, scene=d.Reference("park"), negative=("lowres",), size="close")
    shot = replace(shot, title="The bridge")
    text = csv_sheets.write_rows(d.SHOT, [shot])
    assert "miku/summer/gentle@0.25,0.7 | len@0.8,0.7,1.5" in text
    assert read_one(text, kind=d.SHOT) == shot


def test_columns_that_a_file_does_not_have_leave_what_is_there():
    before = made.character(
        "miku", looks=(d.LookDocument("summer", "Summer", (("hair", ("short_hair",)),)),), notes="n"
    )
    after = read_one("slug,hair,eyes\nmiku,red_hair,\n", before, kind=d.CHARACTER)
    assert after == replace(before, appearance=d.Appearance(hair=("red_hair",)))


def test_what_a_spreadsheet_would_calculate_is_kept_as_text():
    face = made.character("miku", name="=1+1", appearance=d.Appearance(face=("=_=", "+_+")), notes="'-x")
    text = csv_sheets.write_rows(d.CHARACTER, [face])
    assert "'=1+1" in text
    assert '"\'=_=, +_+"' in text
    assert read_one(text, kind=d.CHARACTER) == face


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("characters.csv", "character"),
        ("Shot.csv", "shot"),
        ("styles.csv", "style"),
        ("looks.csv", "look"),
        ("miku.csv", ""),
    ],
)
def test_a_file_may_say_the_kind_in_its_name(name, kind):
    assert csv_sheets.kind_of_file(name) == kind


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("", "line 1", "no column slug"),
        ("slug,colour\nmiku,blue\n", "line 1/colour", "no column"),
        ("slug,hair,hair\nmiku,a,b\n", "line 1/hair", "twice"),
        ("slug,hair\n", "", "no row"),
        ("slug,hair\nmiku\n", "line 2", "1 cells"),
        ("slug,kind\nmiku,robot\n", "line 2/kind", "robot"),
        ("slug,background\nmiku,park\n", "line 2/background", "has no column background"),
        ("slug,hair\nmiku,a\n\nmiku,b\n", "line 4/slug", "line 2"),
        ('slug,hair\nmiku,"a\n', "line 2", "not CSV"),
        ("slug,hair\nmiku,\x00\n", "line 2", "not CSV"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(text, field, said):
    rows, problems = csv_sheets.read_rows(text, kind=d.CHARACTER)
    found = [problem for problem in problems if problem.field == field]
    if text.endswith("\x00\n") and not found:  # a Python that reads NUL hands it on to the rules for text
        assert rows
        return
    assert found, problems
    assert said in found[0].message


@pytest.mark.parametrize("cast", ["miku@", "miku@x,y", "@0.5,0.5", "miku@1", "a/b/c/d@0.5,0.5", "miku@1,2,3,4"])
def test_a_cast_that_cannot_be_read_is_named(cast):
    rows, _ = csv_sheets.read_rows(f'slug,cast\nE01_SQ010_SH0010,"{cast}"\n', kind=d.SHOT)
    document, problems = csv_sheets.document_of(rows[0])
    if cast == "miku@":
        assert document.cast[0].position == d.Position(*csv_sheets._PLACE)
    else:
        assert [problem.field for problem in problems] == ["line 2/cast"]
