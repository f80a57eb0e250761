"""Every rule for text fires, and says which field, which value and which limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core import text
from ip_library.core.problems import Problem
from tests.data.documents import names, tag

UNSEEN = {
    "bidirectional": "\u202e", "isolate": "\u2066", "arabic mark": "\u061c", "zero-width space": "\u200b",
    "zero-width joiner": "\u200d", "byte order mark": "\ufeff", "soft hyphen": "\u00ad", "word joiner": "\u2060",
    "tag letter": "\U000e0041", "null": "\0", "bell": "\a", "tab": "\t", "delete": "\x7f", "next line": "\x85",
    "line separator": "\u2028", "surrogate": "\ud800", "hangul filler": "\u3164", "braille blank": "\u2800",
    "noncharacter": "\ufdd0", "last of a plane": "\U0001ffff", "mongolian selector": "\u180b",
}  # fmt: skip


def only(found) -> Problem:
    assert len(found) == 1, found
    assert found[0].severity == "error"
    return found[0]


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_people_cannot_see_is_refused_in_names_notes_and_tags(character):
    code = f"U+{ord(character):04X}"
    for found in (
        only(text.text_problems("name", f"mi{character}ku", limit=120)),
        only(text.text_problems("notes", f"mi{character}ku", limit=120, multiline=True)),
        text.tag_problem("hair", f"blue{character}hair"),
    ):
        assert found.field in {"name", "notes", "hair"}
        assert code in found.message


def test_a_line_feed_is_allowed_in_notes_alone():
    assert text.text_problems("notes", "a\nb", limit=9, multiline=True) == []
    assert only(text.text_problems("name", "a\nb", limit=9)).code == "text.character"
    assert text.tag_problem("hair", "a\nb").code == "tag.character"


@pytest.mark.parametrize("value", ["初音ミク", "Ёж", "한글", "ทดสอบ", "❤\ufe0f", "🌸", "葛\U000e0100", "नी", "é"])
def test_names_and_tags_are_welcome_in_any_script(value):
    assert text.text_problems("name", value, limit=120) == []
    assert text.tag_problem("hair", value) is None


def test_text_may_have_exactly_its_limit_and_not_one_more():
    assert text.text_problems("name", "x" * 120, limit=text.NAME_LIMIT) == []
    found = only(text.text_problems("name", "x" * 121, limit=text.NAME_LIMIT))
    assert (found.code, found.field) == ("text.too_long", "name")
    assert found.message == "has 121 characters, at most 120 are allowed"


def test_required_text_may_not_be_missing():
    assert only(text.text_problems("name", "", limit=9, required=True)).code == "text.empty"
    assert text.text_problems("name", "", limit=9) == []


@pytest.mark.parametrize("value", ["e\u0301", " x", "x ", "x\u3000", "\u00a0x"])
def test_text_that_is_not_in_its_stored_form_is_refused(value):
    assert only(text.text_problems("name", value, limit=9)).code == "text.form"


@pytest.mark.parametrize("sign", list('<>&,"\\'))
def test_what_would_end_a_tag_or_be_markup_is_refused_by_name(sign):
    found = text.tag_problem("hair", f"a{sign}b")
    assert (found.code, found.field) == ("tag.character", "hair")
    assert repr(sign) in found.message


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "tag.empty"), (" a", "tag.empty"), ("a ", "tag.empty"), ("\u3000a", "tag.empty"),
        ("x" * 65, "tag.too_long"), ("a  b", "tag.form"), ("e\u0301", "tag.form"), ("\u212b", "tag.form"),
    ],
)  # fmt: skip
def test_a_tag_in_no_stored_form_is_refused(value, code):
    assert text.tag_problem("hair", value).code == code


def test_a_tag_may_have_exactly_sixty_four_characters():
    assert text.tag_problem("hair", "x" * 64) is None
    assert text.tag_problem("hair", "x" * 65).message.endswith("has 65 characters, at most 64 are allowed")


def test_the_list_of_tags_has_its_own_limits():
    assert text.tags_problems("hair", tuple(map(str, range(48)))) == []
    many = only(text.tags_problems("hair", tuple(map(str, range(49)))))
    assert (many.code, many.message) == ("tags.too_many", "has 49 tags, at most 48 are allowed")
    twice = only(text.tags_problems("hair", ("a", "b", "a")))
    assert (twice.code, twice.message) == ("tag.twice", "'a' stands there 2 times")
    assert only(text.tags_problems("hair", (), required=True)).code == "tags.empty"


@pytest.mark.parametrize("slug", ["a", "0", "miku", "miku-2", "a" * 63, "con-air", "com10", "nul-1"])
def test_a_plain_slug_is_allowed(slug):
    assert text.slug_problems("slug", slug) == []


@pytest.mark.parametrize(
    "slug",
    [
        "", "-", "-a", "a-", "a" * 64, "Miku", "mi ku", "mi_ku", "../x", "a/b", "a.b", ".git", "miku\n", "ミク", "ｍiku",
        "mi\u0131ku", "٣", "a\0",
    ],
)  # fmt: skip
def test_a_slug_that_could_leave_its_folder_or_be_misread_is_refused(slug):
    found = only(text.slug_problems("slug", slug))
    assert found.code == "slug.form"
    assert "1 to 63" in found.message
    assert repr(slug)[:40] in found.message


@pytest.mark.parametrize("slug", ["con", "prn", "aux", "nul", "com0", "com1", "com9", "lpt0", "lpt9"])
def test_a_name_that_windows_reserves_is_no_slug(slug):
    assert only(text.slug_problems("slug", slug)).message == f"{slug!r} is a reserved device name"


@given(st.text(max_size=40))
def test_stored_text_is_stable_and_passes_the_rule_for_its_form(value):
    once = text.normalise(value)
    assert text.normalise(once) == once
    assert "text.form" not in [found.code for found in text.text_problems("notes", once, limit=99, multiline=True)]


@given(names, tag)
def test_what_the_rules_let_pass_can_be_written_as_utf_8(name, value):
    assert (name + value).encode().decode() == name + value
