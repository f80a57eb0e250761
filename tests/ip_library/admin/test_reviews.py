"""Versions are sent, judged and labelled in the admin, by those whose role grants it, after a look at what moves."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ip_library.admin import blast
from ip_library.core.paths import CANON
from ip_library.models import Changeset, CharacterSheet, Label, Membership, Role, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.labels import labelled_version, status_of
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import move_label, set_status

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/ip_library/version/"
MIKU = ("character", "miku")


@pytest.fixture
def manager(sakura, as_user):
    user = User.objects.create_user("mona", first_name="Mona")
    Membership.objects.create(project=sakura, user=user, role=Role.MANAGER)
    return as_user(user)


@pytest.fixture
def renamed(sakura, alice):
    """Miku in two versions."""
    document = replace(read_draft(get_draft(sakura, *MIKU)), name="Mik")
    save_document(project=sakura, document=document, editor=alice)
    commit_assets(project=sakura, assets=[MIKU], message="Rename", author=alice)
    return sakura


def version(number=1, asset="miku"):
    return Version.objects.get(asset=asset, number=number)


def url(deed, *versions):
    return f"{LIST}review/{deed}/?" + "&".join(f"version={item.pk}" for item in versions)


def act(browser, name, *versions):
    response = browser.post(LIST, {"action": name, "_selected_action": [item.pk for item in versions]})
    return response, [str(message) for message in get_messages(response.wsgi_request)]


def decide(browser, deed, *versions, reason="Because it is good", **fields):
    where = url(deed, *versions)
    seen = browser.get(where).context["form"]["seen"].value()
    return browser.post(where, {"seen": seen, "reason": reason, **fields})


def errors(response):
    return [str(error) for field in response.context["form"].errors.values() for error in field]


def test_an_artist_sends_for_approval_and_takes_back(browser, renamed):
    _, said = act(browser, "send_for_approval", version(2), version(asset="len"))
    assert said[0].endswith(": wfa.")
    assert {"miku v002", "len v001"} <= set(said[0].removesuffix(": wfa.").split(", "))
    assert status_of(version(2)) == "wfa"
    _, said = act(browser, "send_for_approval", version(2))
    assert said[-1] == "All of them are wfa already."
    act(browser, "take_back", version(2))
    assert status_of(version(2)) == "wip"


def offered(browser, row):
    page = browser.get(f"{LIST}{row.pk}/change/").content.decode()
    return [name for name in ("send", "work-on", "approve", "retake", "done", "restore") if f"/review/{name}/" in page]


def test_the_page_of_a_version_offers_the_steps_that_there_are_to_whom_may_take_them(browser, manager, renamed):
    assert offered(browser, version(2)) == ["send", "restore"]
    decide(browser, "send", version(2), reason="")
    assert status_of(version(2)) == "wfa"
    assert offered(browser, version(2)) == ["work-on", "restore"]
    decide(browser, "work-on", version(2), reason="")
    assert status_of(version(2)) == "wip"
    decide(manager, "approve", version(2))
    assert offered(manager, version(2)) == ["approve", "retake", "done", "restore"]
    decide(manager, "done", version(2), reason="")
    assert status_of(version(2)) == "done"
    assert errors(decide(browser, "send", version(2), reason="")), "no step leads there from done"
    assert status_of(version(2)) == "done"


def test_a_version_is_restored_from_its_page_one_at_a_time(browser, renamed):
    assert "one to restore at a time" in errors(decide(browser, "restore", version(1), version(asset="len")))[0]
    assert Version.objects.filter(asset="miku").count() == 2
    response = decide(browser, "restore", version(1), reason="The old name after all")
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said[-1] == "Restored miku v001 as v003."
    assert version(3).sha256 == version(1).sha256
    assert version(3).changeset.message == "The old name after all"


def test_a_manager_approves_after_seeing_what_moves(manager, renamed):
    set_status(version=version(1), status="approved", author=None, reason="Good")
    response, _ = act(manager, "approve", version(2))
    assert response["Location"] == url("approve", version(2))
    text = manager.get(response["Location"]).content.decode()
    assert "<ins>Mik</ins>" in text
    assert "Moves with it: nothing" in text
    assert "canon is v001" in text
    response = decide(manager, "approve", version(2), reason="Better & shorter\n\n短い")
    assert response.status_code == 302
    assert labelled_version(renamed, *MIKU, "canon") == version(2)
    assert Changeset.objects.filter(branch=CANON).first().message == "Better & shorter\n\n短い"
    page = manager.get(response["Location"]).content.decode()
    for part in ("canon", "approved by mona: Better &amp; shorter", "approved by mona", "latest, canon"):
        assert part in page


def test_followers_of_canon_are_linked_on_the_page_before_and_bounded(manager, renamed, alice, monkeypatch):
    shot = read_draft(get_draft(renamed, "shot", "E01_SQ010_SH0010"))
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    cast = tuple(replace(item, character=replace(item.character, follow="canon")) for item in shot.cast)
    cast = tuple(item for item in cast if item.character.asset == "miku")
    save_document(project=renamed, document=replace(shot, cast=cast), editor=alice)
    commit_assets(project=renamed, assets=[("shot", shot.code)], message="Follow", author=alice)
    key = Version.objects.get(kind="shot", number=2).pk
    text = manager.get(url("approve", version(2))).content.decode()
    assert "Moves with it: 1 shot" in text
    assert f'href="/admin/ip_library/version/{key}/change/"' in text
    page = manager.get(f"{LIST}{version(2).pk}/change/").content.decode()
    assert "moves with it: 1 shot" in page
    monkeypatch.setattr(blast, "SHOWN", 0)
    text = manager.get(url("approve", version(2))).content.decode()
    assert f'href="/admin/ip_library/version/{key}/change/"' not in text


def test_a_decision_without_a_reason_is_refused_on_the_page(manager, renamed):
    for deed in ("approve", "retake"):
        set_status(version=version(2), status="wfa", author=None)
        response = decide(manager, deed, version(2), reason=" ")
        assert "a sentence that says why" in str(errors(response))
        assert status_of(version(2)) == "wfa"


def test_a_decision_on_what_somebody_else_decided_meanwhile_is_refused(manager, renamed):
    where = url("approve", version(2))
    seen = manager.get(where).context["form"]["seen"].value()
    set_status(version=version(1), status="approved", author=None, reason="Mine")
    response = manager.post(where, {"seen": seen, "reason": "Mine"})
    assert errors(response) == ["Somebody else decided about these versions meanwhile. Look again, then decide."]
    assert labelled_version(renamed, *MIKU, "canon") == version(1)


def test_retaking_the_canon_says_what_to_do_first(manager, renamed):
    set_status(version=version(1), status="approved", author=None, reason="Good")
    response = decide(manager, "retake", version(1), reason="Too dark")
    assert "take canon away" in str(errors(response))
    assert status_of(version(1)) == "approved"


def test_labels_are_put_and_taken_away(browser, renamed):
    response, _ = act(browser, "put_label", version(1))
    assert response["Location"] == url("label", version(1))
    decide(browser, "label", version(1), label="key-visual", reason="")
    assert labelled_version(renamed, *MIKU, "key-visual") == version(1)
    assert "key-visual" in browser.get(f"{LIST}{version(1).pk}/change/").content.decode()
    assert "key-visual" in browser.get("/admin/ip_library/label/").content.decode()
    assert "key-visual" in browser.get("/admin/ip_library/labelmove/").content.decode()
    decide(browser, "unlabel", version(2), label="key-visual", reason="")
    assert Label.objects.count() == 1, "it is not on that version"
    decide(browser, "unlabel", version(1), label="key-visual", reason="")
    assert not Label.objects.exists()
    for label, says in (("canon", "moved by approving"), ("latest", "by itself"), ("No Label", "lower-case")):
        assert says in str(errors(decide(browser, "label", version(1), label=label, reason="")))


def test_an_artist_does_not_take_canon_away_and_a_manager_does(browser, manager, renamed):
    set_status(version=version(1), status="approved", author=None, reason="Good")
    response = decide(browser, "unlabel", version(1), label="canon")
    assert "bob may not approve" in str(errors(response))
    decide(manager, "unlabel", version(1), label="canon")
    assert not Label.objects.exists()


@pytest.mark.parametrize("deed", ["approve", "retake", "done"])
def test_a_page_is_refused_to_who_may_not_decide(browser, as_user, charlie, renamed, deed):
    assert browser.get(url(deed, version(1))).status_code == 403
    assert as_user(charlie).get(url(deed, version(1))).status_code == 404, "rows of other projects do not exist"
    _, _ = act(browser, "approve", version(1))
    assert status_of(version(1)) == "wip"


@pytest.mark.parametrize("deed", ["label", "unlabel", "send", "work-on", "restore"])
def test_a_reader_puts_no_label(as_user, renamed, deed):
    user = User.objects.create_user("vera")
    Membership.objects.create(project=renamed, user=user, role=Role.VIEWER)
    assert as_user(user).get(url(deed, version(1))).status_code == 403
    page = as_user(user).get(f"{LIST}{version(1).pk}/change/").content.decode()
    assert "/review/" not in page


@pytest.mark.parametrize(
    "query", ["", "?version=0", "?version=x", "?version=99999999999999999999", "?version=1&version=1"]
)
def test_a_page_of_nothing_is_not_found(manager, renamed, query):
    assert manager.get(f"{LIST}review/approve/{query}").status_code == 404
    assert manager.get(f"{LIST}review/burn/?version={version(1).pk}").status_code == 404


def test_the_list_filters_by_status_and_label_without_asking_row_by_row(manager, renamed):
    set_status(version=version(1), status="approved", author=None, reason="Good")
    set_status(version=version(2), status="wfa", author=None)
    counts = []

    def listed(query):
        with CaptureQueriesContext(connection) as asked:
            rows = manager.get(f"{LIST}?{query}").context["cl"].result_list
        counts.append(len(asked))
        return {(row.asset, row.number): row.status for row in rows}

    assert listed("status=wfa") == {("miku", 2): "wfa"}
    assert listed("status=approved") == {("miku", 1): "approved"}
    assert listed("label=canon") == {("miku", 1): "approved"}
    assert set(listed("status=wip").values()) == {"wip"}
    assert len(listed("")) == 5
    assert max(counts[1:]) <= counts[0], "a longer list asks no more"


def test_lists_of_drafts_show_status_and_canon(browser, renamed):
    def shown():
        rows = browser.get("/admin/ip_library/charactersheet/").context["cl"].result_list
        return {row.slug: (row.latest_number, row.latest_status, row.canon_number) for row in rows}

    assert shown() == {"len": (1, "wip", None), "miku": (2, "wip", None)}
    set_status(version=version(1), status="approved", author=None, reason="Good")
    set_status(version=version(2), status="wfa", author=None)
    assert shown()["miku"] == (2, "wfa", 1)
    text = browser.get("/admin/ip_library/charactersheet/").content.decode()
    assert '<td class="field-canon">v001</td>' in text
    assert '<td class="field-standing">wfa</td>' in text


def test_the_commit_page_says_what_moves_with_a_character(browser, renamed):
    miku = CharacterSheet.objects.get(slug="miku")
    miku.hair = ("green_hair",)
    miku.state += 1
    miku.save()
    text = browser.get(f"/admin/ip_library/charactersheet/commit/?draft={miku.pk}").content.decode()
    shot = Version.objects.get(kind="shot")
    assert "Moves with it: 1 shot" in text
    assert f'href="/admin/ip_library/version/{shot.pk}/change/">E01_SQ010_SH0010 v001</a>' in text


def test_what_follows_is_recast_from_the_page(browser, renamed):
    shot = Version.objects.get(kind="shot")
    response, _ = act(browser, "recast", version(2))
    text = browser.get(response["Location"]).content.decode()
    assert "Moves with it: 1 shot" in text
    assert f'href="/admin/ip_library/version/{shot.pk}/change/"' in text
    assert "a sentence that says what changed and why" in str(errors(decide(browser, "recast", version(2), reason=" ")))
    assert Version.objects.filter(kind="shot").count() == 1
    decide(browser, "recast", version(2), reason="The new name")
    assert Version.objects.filter(kind="shot").count() == 2
    assert Changeset.objects.filter(branch="main").first().message == "The new name"
    response = decide(browser, "recast", version(2), reason="Once more")
    assert Version.objects.filter(kind="shot").count() == 2
    assert "Moves with it: nothing" in browser.get(url("recast", version(2))).content.decode()


def test_a_changeset_of_canon_links_to_its_moves(browser, renamed):
    move_label(project=renamed, name="poster", version=version(1), kind="character", asset="miku", author=None)
    row = Changeset.objects.get(branch=CANON)
    text = browser.get(f"/admin/ip_library/changeset/{row.pk}/change/").content.decode()
    assert "poster of character miku to v001" in text
