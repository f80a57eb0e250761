"""A shot code has bounds that hold everywhere, and a pattern that its project chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import shot_codes as codes
from ip_library.core.errors import RefusedError
from ip_library.core.paths import document_path
from tests.data.documents import shot_codes

DEFAULT = codes.DEFAULT_SHOT_PATTERN


def only(found):
    assert len(found) == 1, found
    assert found[0].severity == "error"
    return found[0]


@pytest.mark.parametrize("code", ["E01_SQ010_SH0010", "E001_SQ0010_SH00010", "SH1", "A_B_C_D_E", "1", "X" * 16])
def test_a_code_of_capital_letters_and_digits_in_one_to_five_parts_is_allowed(code):
    assert codes.shot_code_problems("code", code) == []


@pytest.mark.parametrize(
    "code",
    [
        "", "_", "E01_", "_E01", "E01__SH1", "e01_SQ010_SH0010", "E01_SQ010_SH0010\n", "E01/SQ010/SH0010", "..",
        "E٠١_SQ010_SH0010", "A_B_C_D_E_F", "X" * 17, "ABCDEFGHIJ_ABCDEFGHIJ_ABCDEFGHIJK", "SH 1", "SH-1", "ＳＨ1",
    ],
)  # fmt: skip
def test_another_code_is_refused_with_its_form(code):
    found = only(codes.shot_code_problems("code", code))
    assert (found.code, found.field) == ("shot.code", "code")
    assert "must have the form E01_SQ010_SH0010" in found.message


@pytest.mark.parametrize("code", ["CON", "E01_NUL", "COM1_SH1", "LPT9"])
def test_a_part_that_windows_reserves_is_refused_because_it_would_be_a_folder(code):
    assert only(codes.shot_code_problems("code", code)).message.endswith("is a reserved device name")


@pytest.mark.parametrize(
    ("pattern", "code", "parts"),
    [
        (DEFAULT, "E01_SQ010_SH0010", {"episode": "E01", "sequence": "SQ010", "shot": "SH0010"}),
        (DEFAULT, "E101_SQ0100_SH001000", {"episode": "E101", "sequence": "SQ0100", "shot": "SH001000"}),
        ("SH{shot:03}", "SH010", {"shot": "SH010"}),
        ("{sequence:02}_{shot:03}A", "01_001A", {"sequence": "01", "shot": "001A"}),
        (DEFAULT, "E1_SQ010_SH0010", None),
        (DEFAULT, "E01_SQ010", None),
        (DEFAULT, "E01_SQ010_SH0010A", None),
        (DEFAULT, "E01_SQ010_SH0000010", None),
        (DEFAULT, "X01_SQ010_SH0010", None),
    ],
)
def test_a_pattern_reads_its_own_codes_and_no_others(pattern, code, parts):
    assert codes.ShotPattern.of(pattern).read(code) == parts
    assert (codes.shot_code_problems("code", code, pattern) == []) is (parts is not None)


def test_a_code_that_does_not_follow_the_pattern_is_told_the_pattern_and_an_example():
    found = only(codes.shot_code_problems("code", "SH1", DEFAULT))
    assert found.code == "shot.pattern"
    assert DEFAULT in found.message
    assert found.message.endswith("E01_SQ010_SH0010")


@given(st.integers(0, 999), st.integers(0, 9999), st.integers(0, 99999))
def test_what_a_pattern_writes_it_reads(episode, sequence, shot):
    pattern = codes.ShotPattern.of(DEFAULT)
    code = pattern.write({"episode": episode, "sequence": sequence, "shot": shot})
    assert pattern.read(code) is not None
    assert codes.shot_code_problems("code", code, DEFAULT) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "", "SH", "{episode:02}", "{shot:04}_{shot:04}", "{shot}", "{shot:4}", "{shot:09}", "{take:02}_{shot:04}",
        "(a+)+{shot:04}", "sh{shot:04}", "{shot:04}_", "{shot:04}/x", "{shot.__class__:02}",
    ],
)  # fmt: skip
def test_a_pattern_of_another_form_is_refused_with_the_form(pattern):
    with pytest.raises(RefusedError, match="parts joined by _"):
        codes.ShotPattern.of(pattern)
    assert only(codes.pattern_problems("shot_pattern", pattern)).field == "shot_pattern"


def test_a_pattern_whose_codes_would_be_too_long_is_refused():
    pattern = "ABCDEFGH{episode:08}_ABCDEFGH{sequence:08}_{shot:01}"
    assert codes.ShotPattern.of(pattern).example
    assert only(codes.pattern_problems("shot_pattern", pattern)).code == "shot.code"
    assert codes.pattern_problems("shot_pattern", DEFAULT) == []


@given(shot_codes)
def test_no_code_leaves_the_folder_of_shots(code):
    parts = document_path("shot", code).split("/")
    assert parts[0] == "shots"
    assert not {"", ".", ".."} & set(parts)
