"""Two states of an asset are compared by field and tag, the older one first."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError, UnknownError
from ip_library.models import Version
from ip_library.selectors.compare import compare_draft, compare_versions
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status

pytestmark = pytest.mark.django_db(transaction=True)
SHOT = "E01_SQ010_SH0010"


@pytest.fixture
def change(sakura, alice):
    """Return a function that replaces fields of a draft, and may commit it."""

    def act(kind, asset, *, commit=True, **values):
        document = replace(read_draft(get_draft(sakura, kind, asset)), **values)
        save_document(project=sakura, document=document, editor=alice)
        if commit:
            commit_assets(project=sakura, assets=[(kind, asset)], message="Change", author=alice)

    return act


def version(number, asset="miku"):
    return Version.objects.get(asset=asset, number=number)


def told(comparison):
    return [(change.kind, change.field, change.before, change.after) for change in comparison.changes]


def glasses(**slots):
    return d.Appearance(
        **{
            "hair": ("blue_hair", "long_twintails"),
            "eyes": ("teal_eyes",),
            "clothing": ("red_school_uniform",),
            "accessories": ("round_glasses",),
        }
        | slots
    )


def test_any_two_versions_are_told_by_field_and_tag_the_older_first(change):
    change("character", "miku", appearance=glasses(accessories=()))
    change("character", "miku", appearance=glasses(hair=("long_twintails", "blue_hair"), accessories=("red_scarf",)))
    found = compare_versions(version(3), version(1))
    assert (found.before, found.after) == (version(1), version(3))
    assert {(kind, field.split("/")[-1], before, after) for kind, field, before, after in told(found)} == {
        ("removed", "accessories", "round_glasses", ""),
        ("added", "accessories", "", "red_scarf"),
        ("moved", "hair", *moved_hair(found)),
    }
    assert "<" not in str(found.changes)


def moved_hair(found):
    change = next(change for change in found.changes if change.kind == "moved")
    assert "blue_hair" in change.before
    return change.before, change.after


def test_a_version_compared_with_itself_says_the_same(sakura):
    assert compare_versions(version(1), version(1)).changes == ()


def test_versions_of_two_assets_are_not_compared(sakura):
    with pytest.raises(RefusedError, match="of one asset"):
        compare_versions(version(1), version(1, "len"))


def test_a_draft_is_compared_with_the_canon_not_with_the_latest(sakura, change, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    change("character", "miku", name="Mik")
    change("character", "miku", name="Mi", commit=False)
    found = compare_draft(sakura, "character", "miku")
    assert (found.before, found.after) == (version(1), None)
    assert [(change.before, change.after) for change in found.changes] == [("miku", "Mi")]


def test_without_a_canon_a_draft_is_compared_with_the_latest(sakura, change):
    change("character", "miku", name="Mik")
    found = compare_draft(sakura, "character", "miku")
    assert (found.before, found.changes) == (version(2), ())


def test_what_a_shot_had_resolved_to_is_no_change_of_its_draft(sakura, change):
    assert compare_draft(sakura, "shot", SHOT).changes == ()
    change("shot", SHOT, title="Later", commit=False)
    assert [(change.before, change.after) for change in compare_draft(sakura, "shot", SHOT).changes] == [
        ("They meet under the tree", "Later")
    ]


def test_a_draft_that_was_never_committed_is_new_as_a_whole(drafts):
    found = compare_draft(drafts.project, "character", "miku")
    assert (found.before, found.after) == (None, None)
    assert {change.kind for change in found.changes} == {"added"}


def test_a_draft_that_is_not_there_is_refused(sakura):
    with pytest.raises(UnknownError, match="nobody"):
        compare_draft(sakura, "character", "nobody")
