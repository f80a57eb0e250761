"""A vocabulary is read strictly: what is wrong is said with its row, and what is sound can be looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core.vocabularies.entries import COLUMNS, MAX_CHARACTERS, MAX_PROBLEMS, MAX_ROWS
from ip_library.core.vocabulary import Entry, Vocabulary, read_csv

HEADER = ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ("a,hair,,,\nb,hair,,,\na,eyes,,,\n", "vocabulary.duplicate", "row 4: 'a' stands in row 2 already"),
        ("a,hair,b,,\nb,hair,,,\n", "vocabulary.alias", "row 2: 'b' is a tag itself, in row 3"),
        ("a,hair,x,,\nb,hair,x,,\n", "vocabulary.alias", "row 3: 'x' is an alias of 'a' already"),
        ("a,hair,,b,\n", "vocabulary.contradiction", "row 2: 'b' is no tag of this vocabulary"),
        ("a,hat,,,\n", "vocabulary.slot", "row 2: 'hat' is no slot; known: colour, hair,"),
        ("a<b,hair,,,\n", "tag.character", "row 2: 'a<b' holds '<'"),
        (",hair,,,\n", "tag.empty", "row 2: '' is an empty tag"),
        (f"{'x' * 65},hair,,,\n", "tag.too_long", "row 2: "),
        ("Blue_hair,hair,,,\n", "vocabulary.spelling", "row 2: 'Blue_hair' must be spelled 'blue_hair'"),
        ("blue hair,hair,,,\n", "vocabulary.spelling", "row 2: 'blue hair' must be spelled 'blue_hair'"),
        ("a_*,hair,,,\n", "vocabulary.spelling", "row 2: 'a_*'"),
        ("a,hair,b||c,,\n", "tag.empty", "row 2: ''"),
        ("a,hair,b|b,,\n", "vocabulary.twice", "row 2: 'b' stands there twice"),
        ("*_hair,hair,haired,,\n", "vocabulary.alias", "row 2: 'haired' and '*_hair'"),
        ("a,hair,,,x|\n", "vocabulary.words", "row 2: '' must be 1 to 80 visible characters"),
        ("a,hair,,,run\u200bs\n", "vocabulary.words", "row 2: "),
        ("a,hair,,\n", "vocabulary.columns", "row 2: has 4 columns, it must have 5"),
        ("\n", "vocabulary.columns", "row 2: has 0 columns"),
        ('a,hair,,,"x\n', "vocabulary.csv", "row 2: no CSV: "),
        (f"a,hair,{'|'.join(f't{n}' for n in range(65))},,\n", "vocabulary.list", "row 2: has 65 values, at most 64"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_number(rows, code, message):
    _, problems = read_csv(HEADER + rows)
    assert [problem.code for problem in problems] == [code]
    assert problems[0].severity == "error"
    assert problems[0].message.startswith(message)


@pytest.mark.parametrize("header", ["", "tag,slot\n", "slot,tag,aliases,contradicts,words\n"])
def test_a_file_with_other_columns_is_refused_whole(header):
    found, (problem,) = read_csv(f"{header}a,hair,,,\n")
    assert (found.entries, problem.code) == ((), "vocabulary.header")
    assert "they must be 'tag,slot,aliases,contradicts,words'" in problem.message


def test_the_sound_rows_of_a_file_with_problems_can_be_looked_at():
    found, problems = read_csv(f"{HEADER}a,hair,,b,\nb,nowhere,,,\nc,eyes,,,see\n")
    assert [problem.code for problem in problems] == ["vocabulary.slot", "vocabulary.contradiction"]
    assert found.entries == (Entry("c", "eyes", words=("see",)),)


def test_a_spreadsheets_byte_order_mark_and_line_ends_do_not_matter():
    assert read_csv(f"\ufeff{HEADER}a,hair,b,,\n".replace("\n", "\r\n")) == (
        Vocabulary((Entry("a", "hair", ("b",)),)),
        [],
    )


def test_a_colour_may_be_called_like_a_tag():
    found, problems = read_csv(f"{HEADER}orange,colour,,,\norange,objects,,,\n*_hair,hair,,,\n")
    assert problems == []
    assert (found.slot_of("orange"), found.slot_of("orange_hair")) == ("objects", "hair")


def test_a_huge_file_is_refused_before_it_is_read_and_problems_are_capped():
    assert [p.code for p in read_csv("x" * (MAX_CHARACTERS + 1))[1]] == ["vocabulary.size"]
    many = "".join(f"t{n},nowhere,,,\n" for n in range(MAX_PROBLEMS + 5))
    problems = read_csv(HEADER + many)[1]
    assert (len(problems), problems[-1].message) == (MAX_PROBLEMS + 1, "5 more problems are not listed")
    rows = "".join(f"t{n},hair,,,\n" for n in range(MAX_ROWS + 1))
    assert [p.code for p in read_csv(HEADER + rows)[1]] == ["vocabulary.size"]


@given(st.text(alphabet='abc_*|,"\n\r\u202e<;A ', max_size=200))
def test_reading_any_text_gives_a_vocabulary_and_findings_never_an_exception(rows):
    found, problems = read_csv(HEADER + rows)
    assert isinstance(found, Vocabulary)
    assert all(problem.severity == "error" and "row " in problem.message for problem in problems)
