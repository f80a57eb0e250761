"""Which pictures show what is canon no more."""

from dataclasses import replace

import pytest

from generation.models import Image
from generation.selectors.canon import images_out_of_canon, not_canon
from generation.services.enqueue import enqueue_render
from generation.services.render import run_job
from ip_library.core import documents as d
from ip_library.models import Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import get_shot_prompt
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import move_label, set_status
from tests.data.documents import character, member

pytestmark = pytest.mark.django_db(transaction=True)
MIKU, LEN = ("character", "miku"), ("character", "len")
SHOT = ("shot", "E01_SQ010_SH0010")


def version(number, asset=MIKU):
    return Version.objects.select_related("project").get(asset=asset[1], number=number)


def out(project, asset):
    return list(images_out_of_canon(project, *asset).order_by("pk"))


@pytest.fixture
def approve(alice):
    """Return a function that makes a version the canon."""
    return lambda number, asset=MIKU: set_status(
        version=version(number, asset), status="approved", author=alice, reason="Good"
    )


@pytest.fixture
def renamed(sakura, alice):
    """Miku in v002, and the shot, which follows her, too; with a picture of either version of the shot."""
    first = take(sakura)
    save_document(project=sakura, document=replace(read_draft(get_draft(sakura, *MIKU)), name="Mik"), editor=alice)
    commit_assets(project=sakura, assets=[MIKU, SHOT], message="Rename", author=alice)
    return first, take(sakura)


def take(project):
    job = enqueue_render(
        prompt=get_shot_prompt(project, SHOT[1]), engine="previz", width=64, height=64, seeds=[1], user=None, ring=False
    )
    run_job(job.pk, worker="test")
    return Image.objects.get(job=job)


def test_where_nothing_is_canon_no_picture_is_out_of_it(sakura, renamed):
    assert out(sakura, MIKU) == out(sakura, SHOT) == []
    assert not_canon(Version.objects.all()) == {}


def test_pictures_that_used_another_version_than_the_canon_are_out_of_it(sakura, renamed, approve):
    before, after = renamed
    approve(2)
    assert out(sakura, MIKU) == [before]
    approve(1)
    assert out(sakura, MIKU) == [after]


def test_for_a_shot_its_own_version_counts(sakura, renamed, approve):
    before, _ = renamed
    approve(2, SHOT)
    assert out(sakura, SHOT) == [before]
    assert out(sakura, MIKU) == []  # nobody approved one of hers


def test_one_assets_canon_says_nothing_of_another(sakura, renamed, approve):
    approve(1, LEN)
    assert out(sakura, LEN) == []
    assert out(sakura, MIKU) == []


def test_when_canon_is_taken_away_nothing_is_out_of_it(sakura, renamed, approve, alice):
    approve(2)
    move_label(project=sakura, name="canon", version=None, kind=MIKU[0], asset=MIKU[1], author=alice, reason="Not yet")
    assert out(sakura, MIKU) == []


def test_each_version_that_is_not_the_canon_is_told_with_the_one_that_is(sakura, renamed, approve):
    approve(2)
    approve(1, LEN)
    versions = [version(1), version(1, LEN), version(1, SHOT)]
    assert not_canon(versions) == {version(1).pk: version(2)}
    assert not_canon([version(2)]) == {}
    assert not_canon([]) == {}


def test_both_versions_of_one_asset_are_told_apart(sakura, renamed, approve):
    approve(2)
    assert not_canon([version(1), version(2)]) == {version(1).pk: version(2)}
    assert not_canon([version(2), version(1)]) == {version(1).pk: version(2)}


def test_the_same_name_in_another_project_is_another_asset(sakura, renamed, approve, charlie):
    other = charlie.memberships.get().project
    save_document(project=other, document=read_draft(get_draft(sakura, *MIKU)), editor=charlie)
    commit_assets(project=other, assets=[MIKU], message="Mine", author=charlie)
    approve(2)
    own = Version.objects.get(project=other)
    assert not_canon([own]) == {}
    assert out(other, MIKU) == []


def test_a_picture_of_a_variant_that_was_built_on_another_version_than_the_canon_is_out_of_it(sakura, alice, approve):
    def save(*documents):
        for document in documents:
            save_document(project=sakura, document=document, editor=alice)
        names = [(document.kind, document.asset) for document in documents]
        commit_assets(project=sakura, assets=names, message="Change", author=alice)

    miku, shot = read_draft(get_draft(sakura, *MIKU)), read_draft(get_draft(sakura, *SHOT))
    save(character("miku-child", base=d.Reference("miku", d.LATEST)))
    save(character("miku-baby", base=d.Reference("miku-child", d.LATEST)))
    save(replace(shot, cast=(member("miku-baby"),)))
    image = take(sakura)
    approve(1)
    assert out(sakura, MIKU) == []
    save(replace(miku, name="Mik"))
    approve(2)
    assert out(sakura, MIKU) == [image]
