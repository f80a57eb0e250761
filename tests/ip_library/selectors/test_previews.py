"""Previews: what a commit would do, for every kind of asset, before it is done."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.models import Version
from ip_library.selectors.drafts import get_draft
from ip_library.selectors.previews import preview_commit
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from tests.data.documents import SHOT_CODE, character, member, shot

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = (
    character(),
    character("child", base=d.Reference("miku")),
    d.SceneDocument("park", "Park", ("tree",)),
    d.PoseDocument("bow", "Bow", ("bowing",)),
    d.PropDocument("kite", "Kite", ("red_kite",)),
    d.StyleDocument("ink", "Ink", ("monochrome",)),
    shot(member("child")),
)
NAMES = [(document.kind, document.asset) for document in BEFORE]


@pytest.fixture
def previews(empty_project, alice):
    """Return a function that saves documents and previews committing everything."""

    def act(*documents):
        for document in documents:
            save_document(project=empty_project, document=document, editor=alice)
        return {
            item.asset: item for item in preview_commit(empty_project, [get_draft(empty_project, *n) for n in NAMES])
        }

    return act


def test_every_kind_is_new_then_unchanged_then_changed_by_field(empty_project, alice, previews):
    assert {item.state for item in previews(*BEFORE).values()} == {"new"}
    commit_assets(project=empty_project, assets=NAMES, message="All", author=alice)
    assert {item.state for item in previews().values()} == {"unchanged"}
    found = previews(
        replace(BEFORE[3], tags=("kneeling",)),
        replace(BEFORE[4], tags=("red_kite", "long_tail")),
        replace(BEFORE[5], negative=("colour",)),
    )
    told = {asset: [str(change) for change in item.changes] for asset, item in found.items() if item.changes}
    assert told == {
        "bow": ["tags: - bowing", "tags: + kneeling"], "kite": ["tags: + long_tail"], "ink": ["negative: + colour"],
    }  # fmt: skip


def test_a_base_that_moves_shows_in_its_variant_and_in_the_shot(empty_project, alice, previews):
    previews(*BEFORE)
    commit_assets(project=empty_project, assets=NAMES, message="All", author=alice)
    found = previews(character(appearance=d.Appearance(hair=("red_hair",))))
    assert {asset for asset, item in found.items() if item.state == "changed"} == {"miku", "child", SHOT_CODE}
    assert [change.field for change in found["child"].changes] == ["base"]


def test_a_refused_draft_shows_its_changes_and_what_is_wrong(empty_project, alice, previews):
    previews(*BEFORE)
    commit_assets(project=empty_project, assets=NAMES, message="All", author=alice)
    wrong = replace(member("child"), character=d.Reference("child", d.CANON))
    item = previews(replace(shot(wrong), title="Next"))[SHOT_CODE]
    assert (item.state, [problem.field for problem in item.problems]) == ("refused", ["cast/1/character"])
    assert {change.field for change in item.changes} == {"title", "cast/child/character"}
    committed = Version.objects.get(kind="shot")
    assert from_xml(committed.document.encode()).title == ""
