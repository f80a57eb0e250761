"""What people type into search means one thing, and what cannot be read is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core.errors import SearchQueryError
from ip_library.core.search_query import CHOICES, KEYS, MAX_TERMS, WORD, Query, Term, parse_query
from ip_library.core.text import invisible, normalise


def test_words_filters_quotes_and_their_opposites_are_told_apart():
    assert parse_query('miku tag:blue_hair -kind:shot "two words" tag:"round glasses" -ネギ').terms == (
        Term(WORD, "miku"),
        Term("tag", "blue_hair"),
        Term("kind", "shot", no=True),
        Term(WORD, "two words"),
        Term("tag", "round glasses"),
        Term(WORD, "ネギ", no=True),
    )


def test_filters_are_read_in_any_case_and_a_japanese_blank_parts_words():
    assert parse_query("KIND:Shot　Status:WFA") == Query((Term("kind", "shot"), Term("status", "wfa")))


def test_a_term_that_is_said_twice_counts_once():
    assert parse_query("miku miku") == Query((Term(WORD, "miku"),))


def test_a_tag_may_hold_colons_and_a_word_in_quotes_too():
    assert parse_query('tag::d :d "e:f"').terms == (Term("tag", ":d"), Term(WORD, ":d"), Term(WORD, "e:f"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour:blue", "there is no filter 'colour'; there are tag:, kind:, status:, label:, by:, used:, project:"),
        ("kind:plate", "kind:plate is not known; kind: is one of character, scene"),
        ("status:ok", "status: is of the newest version, one of wip, wfa"),
        ("tag:", "tag: needs a value right behind it, a tag that stands in it"),
        ("miku tag: blue_hair", "tag: needs a value right behind it"),
        ('tag:""', "tag: needs a value, a tag that stands in it"),
        ('"miku', "a quote is not closed"),
        ('mi"ku"', "a quote is not closed, or stands within a word"),
        ('""', "there is nothing to look for"),
        ("a\u202eb", "invisible character"),
        ("x" * 401, "the search has 401 characters, at most 400"),
        (" ".join(f"w{n}" for n in range(MAX_TERMS + 1)), f"the search has {MAX_TERMS + 1} terms, at most {MAX_TERMS}"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_known(text, message):
    with pytest.raises(SearchQueryError) as refused:
        parse_query(text)
    assert message in str(refused.value)


VALUES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='"'), min_size=1, max_size=12)
VALUES = VALUES.map(normalise).filter(lambda value: value and not invisible(value))


@given(
    st.lists(
        st.tuples(st.sampled_from([WORD, *(key for key in KEYS if key not in CHOICES)]), VALUES, st.booleans()),
        max_size=8,
    )
)
def test_a_query_written_out_reads_as_itself(terms):
    wanted = Query(tuple(dict.fromkeys(Term(key, value, no) for key, value, no in terms)))
    assert parse_query(str(wanted)) == wanted


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse_query(text)
    except SearchQueryError as refused:
        assert str(refused)
