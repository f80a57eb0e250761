"""The commit message carries the facts of a changeset, and nobody can write them into it by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core.errors import RefusedError
from ip_library.core.trailers import LabelName, Trailers, VersionName, check_message, read_message, write_message
from tests.data.documents import slugs

CHANGESET = "0d0c7f9e-3d6b-4c86-9a06-9a3ab3f8a7ad"
VERSIONS = (VersionName("character", "miku", 1), VersionName("shot", "E01_SQ010_SH0010", 1234))


def test_a_message_stands_above_its_trailers_byte_for_byte():
    assert write_message("First sheets", changeset=CHANGESET, author="alice", versions=VERSIONS) == (
        "First sheets\n\n"
        f"Settei-Changeset: {CHANGESET}\n"
        "Settei-Asset: character/miku\n"
        "Settei-Version: v001\n"
        "Settei-Asset: shot/E01_SQ010_SH0010\n"
        "Settei-Version: v1234\n"
        "Settei-Author: alice\n"
    )


def test_moves_of_labels_stand_between_the_changeset_and_its_author():
    moves = (LabelName("canon", "character", "miku", 7), LabelName("key-visual", "shot", "E01_SQ010_SH0010", None))
    written = write_message("Approved", changeset=CHANGESET, author="alice", versions=(), labels=moves)
    assert written == (
        "Approved\n\n"
        f"Settei-Changeset: {CHANGESET}\n"
        "Settei-Label: canon character/miku v007\n"
        "Settei-Label: key-visual shot/E01_SQ010_SH0010 none\n"
        "Settei-Author: alice\n"
    )
    assert read_message(written) == ("Approved", Trailers(CHANGESET, "alice", (), moves))


@given(
    st.lists(
        st.builds(LabelName, slugs, st.sampled_from(["character", "scene"]), slugs, st.none() | st.integers(1, 10**6)),
        max_size=4,
    )
)
def test_every_move_reads_back_whole(moves):
    written = write_message("x", changeset=CHANGESET, author="a", versions=VERSIONS, labels=moves)
    assert read_message(written)[1] == Trailers(CHANGESET, "a", VERSIONS, tuple(moves))


@pytest.mark.parametrize(
    "value", ["canon", "canon character/miku", "canon miku v001", "canon character/ v001", "c a/b x"]
)
def test_a_label_trailer_that_lacks_a_part_is_refused(value):
    with pytest.raises(ValueError, match=r"label trailer|invalid literal"):
        read_message(f"m\n\nSettei-Changeset: x\nSettei-Label: {value}\nSettei-Author: a\n")


@given(
    st.text(max_size=80),
    st.from_regex(r"[\w.@+-]{1,20}", fullmatch=True),
    st.lists(st.builds(VersionName, st.sampled_from(["character", "scene"]), slugs, st.integers(1, 10**6)), max_size=4),
)
def test_every_message_that_is_accepted_reads_back_whole(message, author, versions):
    try:
        stored = check_message(message)
    except RefusedError:
        return
    assert check_message(stored) == stored
    written = write_message(stored, changeset=CHANGESET, author=author, versions=versions)
    assert written.endswith(f"{author}\n")
    assert read_message(written) == (stored, Trailers(CHANGESET, author, tuple(versions)))


def test_several_paragraphs_are_kept():
    message = "One\n\nTwo: 2\n\n---\n#three"
    assert read_message(write_message(message, changeset=CHANGESET, author="a", versions=()))[0] == message


@pytest.mark.parametrize(
    "message",
    [
        "Settei-Author: alice", "Fine\n\nSettei-Changeset: x\nSettei-Author: alice", "x\n  settei-author: alice",
        "x\r\nSETTEI-VERSION: v009", "x\n\u3000Settei-Asset: a", "Settei-anything",
    ],
)  # fmt: skip
def test_a_message_that_fakes_trailers_is_refused(message):
    with pytest.raises(RefusedError, match="free of lines that start with Settei-"):
        check_message(message)


def test_a_word_with_our_name_in_a_line_is_no_trailer():
    assert check_message("New Settei-Author field") == "New Settei-Author field"


@pytest.mark.parametrize("message", ["", "  ", "\n\r\n\t"])
def test_an_empty_message_is_refused(message):
    with pytest.raises(RefusedError, match="a sentence that says what changed and why"):
        check_message(message)


def test_a_message_of_two_thousand_characters_is_the_longest():
    assert len(check_message("x" * 2000)) == 2000
    with pytest.raises(RefusedError, match="at most 2000 characters, it has 2001"):
        check_message("x" * 2001)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x08", "\t", "\u202e", "\u200b", "\ud800", "\u2028", "\x7f"])
def test_a_message_with_what_nobody_sees_is_refused_by_name(character):
    with pytest.raises(RefusedError, match=f"it holds U\\+{ord(character):04X}"):
        check_message(f"a{character}b")


def test_line_ends_become_line_feeds_and_letters_their_composed_form():
    assert check_message(" e\u0301\r\nb\rc ") == "é\nb\nc"


@pytest.mark.parametrize(
    "text",
    [
        "", "Just a commit\n", "m\n\nSettei-Changeset: x\n", "m\n\nSettei-Changeset: x\nSettei-Asset: a/b\nSettei-Author: a\n",
        "m\n\nSettei-Changeset: x\nReviewed-by: z\nSettei-Author: a\n", "\n\nSettei-Changeset: x\nSettei-Author: a\n",
    ],
)  # fmt: skip
def test_a_message_of_others_is_not_read_as_ours(text):
    with pytest.raises(ValueError, match=r"trailer"):
        read_message(text)
