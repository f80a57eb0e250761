"""What is refused is refused with one clear message, and changes nothing: no row and no file; that it was is recorded."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError, LibraryError, NotAllowedError, RefusedError, UnknownError
from ip_library.models import AuditEvent, CastMember, Changeset, CharacterSheet, Membership, Role, Version
from ip_library.selectors.library import repository_path, store_of
from ip_library.selectors.verify import verify_project
from ip_library.services.commit import check_draft, commit_assets
from ip_library.services.recover import recover_project
from tests.data.documents import SHOT_CODE

SHOT = ("shot", SHOT_CODE)
MIKU = ("character", "miku")


@pytest.fixture
def refuses(everything):
    """Return a function that commits, expects an error, and proves that nothing changed."""

    def act(error, match, *, project, assets, author, message="Change"):
        before = everything()
        with pytest.raises(error, match=match) as caught:
            commit_assets(project=project, assets=assets, message=message, author=author)
        assert everything() == before
        return caught.value

    return act


@pytest.mark.django_db(transaction=True)
def test_a_shot_of_uncommitted_characters_is_refused_with_what_to_do(drafts, alice, refuses):
    error = refuses(
        InvalidDocumentError, "has not been committed yet; commit it first, or together with the shot",
        project=drafts.project, assets=[SHOT], author=alice,
    )  # fmt: skip
    assert [problem.field for problem in error.problems] == ["scene", "cast/1/character", "cast/2/character"]
    assert not repository_path(drafts.project).exists()


@pytest.mark.django_db(transaction=True)
def test_an_invalid_draft_refuses_the_whole_changeset(drafts, alice, refuses):
    CharacterSheet.objects.filter(slug="len").update(hair=("a<b",), name="")
    error = refuses(InvalidDocumentError, "character len", project=drafts.project, assets=drafts.assets, author=alice)
    assert [problem.field for problem in error.problems] == ["name", "hair"]


def test_a_pin_to_a_version_that_does_not_exist_is_refused(sakura, alice, refuses):
    for pin in (7, 0):
        CastMember.objects.filter(number=1).update(pin=pin)
        error = refuses(InvalidDocumentError, "version", project=sakura, assets=[SHOT], author=alice)
        assert [problem.field for problem in error.problems] == ["cast/1/character"]
        assert str(pin) in str(error)


def test_a_look_that_the_pinned_version_lacks_is_refused(sakura, alice, change, refuses):
    new = d.LookDocument("winter", "Winter", (("clothing", ("coat",)),))
    change("character", "miku", lambda doc: replace(doc, looks=(*doc.looks, new)))

    def wear(document):
        first = replace(document.cast[0], character=d.Reference("miku", "", 1), look="winter")
        return replace(document, cast=(first, *document.cast[1:]))

    change("shot", SHOT_CODE, wear, commit=False)
    error = refuses(InvalidDocumentError, "has no look 'winter'", project=sakura, assets=[SHOT], author=alice)
    assert "it has: no-glasses, summer" in str(error)


def test_an_expression_that_is_only_in_the_draft_is_refused_until_it_is_committed(sakura, alice, change, refuses):
    new = d.ExpressionDocument("shy", "Shy", ("blush",))
    change("character", "miku", lambda doc: replace(doc, expressions=(*doc.expressions, new)), commit=False)
    change(
        "shot", SHOT_CODE,
        lambda doc: replace(doc, cast=(replace(doc.cast[0], expression="shy"), *doc.cast[1:])), commit=False,
    )  # fmt: skip
    refuses(InvalidDocumentError, "has no expression 'shy'", project=sakura, assets=[SHOT], author=alice)
    assert [problem.code for problem in check_draft(sakura, *SHOT)] == ["cast.expression"]
    both = commit_assets(project=sakura, assets=[SHOT, MIKU], message="Together", author=alice)
    assert "blush" in both.versions[-1].prompts.get(dialect="scene").text
    assert check_draft(sakura, *SHOT) == []


@pytest.mark.parametrize(
    ("assets", "part"),
    [
        ([("character", "rin")], "there is no character 'rin'"),
        ([("poem", "x")], "there is no poem 'x'"),
        ([("scene", "miku")], "there is no scene 'miku'"),
        ([("character", "../../etc")], "there is no character"),
        ([MIKU, ("shot", "E09_SQ010_SH0010")], "there is no shot"),
    ],
)
def test_an_unknown_asset_is_refused_by_name(sakura, alice, refuses, assets, part):
    refuses(UnknownError, part, project=sakura, assets=assets, author=alice)


@pytest.mark.parametrize("message", ["", " \n ", "x" * 2001, "a\x1b[31m", "Settei-Author: bob", "a\u202eb"])
def test_a_message_that_cannot_be_stored_is_refused(sakura, alice, refuses, message):
    refuses(RefusedError, "message", project=sakura, assets=[MIKU], author=alice, message=message)


def test_a_commit_of_nothing_is_refused(sakura, alice, refuses):
    refuses(RefusedError, "at least one", project=sakura, assets=[], author=alice)


def test_a_stranger_is_refused_and_the_refusal_is_recorded(sakura, charlie, everything):
    before, files = everything()
    with pytest.raises(NotAllowedError, match="charlie may not commit in project sakura"):
        commit_assets(project=sakura, assets=[MIKU], message="Mine now", author=charlie)
    after, files_after = everything()
    event = AuditEvent.objects.first()
    assert (event.outcome, event.actor_login, event.subject) == ("refused", "charlie", "character/miku")
    assert (after, files_after) == (before, files)


def test_what_a_draft_was_refused_for_is_recorded(sakura, alice):
    CharacterSheet.objects.filter(slug="miku").update(hair=("a<b",))
    with pytest.raises(InvalidDocumentError):
        commit_assets(project=sakura, assets=[MIKU], message="x", author=alice)
    event = AuditEvent.objects.first()
    assert (event.action, event.outcome, event.subject) == ("commit", "refused", "character/miku")
    assert "hair" in event.reason


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_only_reads_may_not_commit(sakura, bob, role):
    Membership.objects.filter(user=bob).update(role=role)
    with pytest.raises(NotAllowedError):
        commit_assets(project=sakura, assets=[MIKU], message="x", author=bob)


def test_somebody_who_left_may_not_commit(sakura, bob):
    bob.is_active = False
    bob.save()
    with pytest.raises(NotAllowedError):
        commit_assets(project=sakura, assets=[MIKU], message="x", author=bob)


@pytest.mark.django_db(transaction=True)
def test_an_unwritable_library_is_one_clear_error(drafts, alice, library, refuses):
    (library / "repositories").write_bytes(b"a file")
    refuses(LibraryError, "cannot be made", project=drafts.project, assets=[MIKU], author=alice)


def test_a_library_whose_history_is_gone_takes_no_commit_on_top_of_nothing(sakura, alice, change, library):
    change("character", "miku", lambda doc: replace(doc, name="Mik"), commit=False)
    repository_path(sakura).rename(library / "gone")
    versions = Version.objects.count()
    with pytest.raises(LibraryError, match="cannot read object"):
        commit_assets(project=sakura, assets=[MIKU], message="x", author=alice)
    assert (Version.objects.count(), Changeset.objects.count()) == (versions, 1)


def test_a_branch_that_cannot_move_now_delays_sealing_but_loses_nothing(sakura, alice, change, git):
    lock = store_of(sakura).path / "refs" / "heads" / "main.lock"
    lock.write_text("held")
    shas = [change("character", "miku", lambda doc, n=n: replace(doc, name=n)).changeset.sha for n in ("a", "b")]
    assert Changeset.objects.filter(sealed=False).count() == 2
    assert {problem.code for problem in verify_project(sakura)} == {"verify.sealed", "verify.branch"}
    report = recover_project(sakura)
    assert (report.leftovers, report.rewritten, report.sealed) == (1, 0, 2)
    assert git("rev-list", "--reverse", "main").split()[1:] == shas
    assert not list(verify_project(sakura))
