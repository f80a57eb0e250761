"""A picture's lineage tells which locked traits its versions were allowed to contradict."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from generation.selectors.lineage import FILE, find_lineage, lineage_of
from generation.services.enqueue import enqueue_render
from generation.services.render import run_job
from generation.storage import image_store
from ip_library.core import documents as d
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import get_shot_prompt
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.waivers import give_waiver, revoke_waiver

pytestmark = pytest.mark.django_db(transaction=True)
MIKU, SHOT = (d.CHARACTER, "miku"), (d.SHOT, "E01_SQ010_SH0010")
WIG = d.LookDocument("wig", "Wig", (("hair", ("red_hair",)),))


@pytest.fixture
def waive(sakura, alice):
    """Return a function that lets an asset change Miku's hair."""
    return lambda name, reason: give_waiver(
        project=sakura, kind=name[0], asset=name[1], character="miku", slot="hair", reason=reason,
        expires_at=timezone.now() + timedelta(days=7), author=alice,
    )  # fmt: skip


@pytest.fixture
def commit(sakura, alice):
    """Return a function that changes a draft and commits it."""

    def act(name, **values):
        document = replace(read_draft(get_draft(sakura, *name)), **values)
        save_document(project=sakura, document=document, editor=alice)
        return commit_assets(project=sakura, assets=[name], message="Change", author=alice)

    return act


@pytest.fixture
def take(sakura):
    """Return a function that takes a picture of the sample shot as it was last committed."""

    def act():
        prompt = get_shot_prompt(sakura, SHOT[1])
        job = enqueue_render(prompt=prompt, engine="previz", width=64, height=64, seeds=[1], user=None, ring=False)
        run_job(job.pk, worker="test")
        return job.images.get()

    return act


@pytest.fixture
def posing(sakura):
    """The sample's cast with red hair in Miku's pose."""
    first, *others = read_draft(get_draft(sakura, *SHOT)).cast
    return (replace(first, pose=("standing", "red_hair")), *others)


def test_without_waivers_there_are_none(take):
    assert lineage_of(take())["waivers"] == []


def test_waivers_of_the_shot_and_of_its_characters_are_told_with_who_why_and_until_when(commit, waive, take, posing):
    waive(MIKU, "A wig for the ball")
    shot = waive(SHOT, "A dream")
    commit(MIKU, locked=("hair",), looks=(WIG,))
    commit(SHOT, cast=posing)
    until = f"{shot.expires_at:%Y-%m-%d}"
    assert lineage_of(take())["waivers"] == [
        {
            "kind": "character", "asset": "miku", "version": 2, "character": "miku", "slot": "hair",
            "author": "alice", "reason": "A wig for the ball", "until": until,
            "waived": "looks/wig/hair: miku has hair locked to blue_hair, long_twintails, not red_hair",
        },
        {
            "kind": "shot", "asset": SHOT[1], "version": 2, "character": "miku", "slot": "hair",
            "author": "alice", "reason": "A dream", "until": until,
            "waived": "cast/1/pose: 'red_hair' contradicts 'blue_hair': miku has hair locked",
        },
    ]  # fmt: skip


def test_a_waiver_that_was_revoked_later_stays_in_the_lineage_of_what_was_made_under_it(commit, waive, take, posing):
    commit(MIKU, locked=("hair",))
    waiver = waive(SHOT, "A dream")
    commit(SHOT, cast=posing)
    image = take()
    revoke_waiver(waiver=waiver, author=None)
    assert [item["reason"] for item in lineage_of(image)["waivers"]] == ["A dream"]


def test_a_waiver_that_nobody_took_and_one_that_another_version_took_are_not_told(commit, waive, take, posing):
    before = take()
    commit(MIKU, locked=("hair",))
    waive(SHOT, "A dream")
    commit(SHOT, title="Later")
    assert lineage_of(take())["waivers"] == []
    commit(SHOT, cast=posing)
    assert lineage_of(before)["waivers"] == []


def test_a_file_is_told_with_the_waivers_of_its_picture(commit, waive, take, posing):
    commit(MIKU, locked=("hair",))
    waive(SHOT, "A dream")
    commit(SHOT, cast=posing)
    found = find_lineage(image_store().path(take().sha256))
    assert (found["found_by"], [item["reason"] for item in found["waivers"]]) == (FILE, ["A dream"])
