import uuid

import pytest
from django.contrib.messages import get_messages
from django.utils.html import escape

from ip_library.models import (
    AuditEvent,
    Changeset,
    CharacterSheet,
    Membership,
    Pose,
    Prop,
    Role,
    Scene,
    ShotComposition,
    Style,
    Version,
)
from ip_library.selectors.library import store_of
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/admin/ip_library/charactersheet/commit/"


def fields(response, message="Longer hair"):
    form = response.context["form"]
    return {"seen": form["seen"].value(), "changeset": str(form["changeset"].value()), "message": message}


def commit(browser, url, message="Longer hair"):
    return browser.post(url, fields(browser.get(url), message))


@pytest.fixture
def miku(sakura):
    return CharacterSheet.objects.get(slug="miku")


def edit(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.state += 1
    row.save()


def test_the_action_of_a_list_leads_to_the_page(browser, miku):
    response = browser.post(
        "/admin/ip_library/charactersheet/", {"action": "commit_selected", "_selected_action": [miku.pk]}
    )
    assert response["Location"] == f"{URL}?draft={miku.pk}"


def test_the_page_says_what_is_new_changed_and_unchanged_and_how(browser, miku, sakura):
    edit(miku, hair=("green_hair", "long_twintails"))
    fresh = CharacterSheet.objects.create(project=sakura, slug="rin", name="鏡音リン", hair=("yellow_hair",))
    old = CharacterSheet.objects.get(slug="len")
    response = browser.get(f"{URL}?draft={miku.pk}&draft={fresh.pk}&draft={old.pk}")
    states = {preview.asset: preview.state for preview in response.context["previews"]}
    assert states == {"len": "unchanged", "miku": "changed", "rin": "new"}
    text = response.content.decode()
    assert "<del>blue_hair</del>" in text
    assert "<ins>green_hair</ins>" in text
    assert "<ins>鏡音リン</ins>" in text


def test_a_commit_makes_one_changeset_with_the_person_as_its_author(browser, bob, miku, sakura):
    edit(miku, hair=("green_hair",))
    other = CharacterSheet.objects.get(slug="len")
    edit(other, eyes=("red_eyes",))
    response = commit(browser, f"{URL}?draft={miku.pk}&draft={other.pk}", "Green & red\n\n緑と赤")
    changeset = Changeset.objects.order_by("-sequence").first()
    assert response["Location"] == f"/admin/ip_library/changeset/{changeset.pk}/change/"
    assert (changeset.author, changeset.message, changeset.sealed) == (bob, "Green & red\n\n緑と赤", True)
    assert sorted(str(version) for version in changeset.versions.all()) == ["character len v002", "character miku v002"]
    assert store_of(sakura).head("main") == changeset.sha
    assert AuditEvent.objects.filter(action="commit", actor=bob).count() == 2
    page = browser.get(response["Location"]).content.decode()
    assert "character miku v002" in page


def test_a_shot_is_committed_together_with_what_it_follows(browser, miku, sakura):
    edit(miku, hair=("green_hair",))
    commit(browser, f"{URL}?draft={miku.pk}")
    shot = ShotComposition.objects.get()
    url = f"/admin/ip_library/shotcomposition/commit/?draft={shot.pk}"
    text = browser.get(url).content.decode()
    assert "miku v001" in text
    assert "miku v002" in text
    commit(browser, url, "With the new hair")
    assert "green_hair" in Version.objects.get(kind="shot", number=2).prompts.first().text


def test_clicking_twice_commits_once(browser, miku):
    edit(miku, hair=("green_hair",))
    url = f"{URL}?draft={miku.pk}"
    entry = fields(browser.get(url))
    assert browser.post(url, entry)["Location"] == browser.post(url, entry)["Location"]
    assert Version.objects.filter(asset="miku").count() == 2


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "a sentence that says what changed and why"),
        (" \n ", "a sentence that says what changed and why"),
        ("x" * 2001, "at most 2000 characters, it has 2001"),
        ("tab\u0007", "U+0007"),
        ("Fine\nSettei-Author: mallory", "free of lines that start with Settei-"),
    ],
)
def test_a_message_that_cannot_be_stored_is_refused_beside_its_field(browser, miku, message, reason):
    edit(miku, hair=("green_hair",))
    response = commit(browser, f"{URL}?draft={miku.pk}", message)
    assert response.status_code == 200
    assert reason in response.context["form"].errors["message"][0]
    assert not Version.objects.filter(asset="miku", number=2).exists()


def test_what_was_changed_after_looking_is_shown_again_instead_of_committed(browser, miku):
    edit(miku, hair=("green_hair",))
    url = f"{URL}?draft={miku.pk}"
    entry = fields(browser.get(url))
    edit(miku, hair=("red_hair",))
    response = browser.post(url, entry)
    assert "changed by somebody else meanwhile" in response.content.decode()
    assert "<ins>red_hair</ins>" in response.content.decode()
    assert not Version.objects.filter(asset="miku", number=2).exists()
    assert browser.post(url, fields(response)).status_code == 302


def test_drafts_that_break_the_rules_list_their_problems_and_offer_no_commit(browser, sakura, miku):
    lonely = CharacterSheet.objects.create(project=sakura, slug="rin", name="Rin", hair=("yellow_hair",))
    shot = ShotComposition.objects.create(project=sakura, code="E01_SQ010_SH0050", title="With <b>Rin</b>")
    shot.cast.create(number=1, character=lonely)
    url = f"/admin/ip_library/shotcomposition/commit/?draft={shot.pk}"
    text = browser.get(url).content.decode()
    assert escape("character 'rin' has not been committed yet") in text
    assert 'value="Commit"' not in text
    assert "<b>Rin" not in text
    answer = browser.post(url, {"seen": f"{shot.pk}:0", "changeset": str(uuid.uuid4()), "message": "Anyway"})
    assert answer.status_code == 200
    assert "has not been committed yet" in str(answer.context["form"].non_field_errors())
    assert not Version.objects.filter(asset=shot.code).exists()


def test_nothing_to_commit_is_no_changeset(browser, miku):
    url = f"{URL}?draft={miku.pk}"
    page = browser.get(url)
    assert 'value="Commit"' not in page.content.decode()
    response = browser.post(url, fields(page))
    assert response.status_code == 302
    assert "Nothing was committed" in str(next(iter(get_messages(response.wsgi_request))))
    assert Changeset.objects.count() == 1


def test_a_commit_belongs_to_one_project(as_user, alice, miku):
    other = CharacterSheet.objects.create(
        project=ensure_project(slug="second", owner=alice), slug="rin", name="Rin", hair=("yellow_hair",)
    )
    response = as_user(alice).get(f"{URL}?draft={miku.pk}&draft={other.pk}", follow=True)
    assert "A commit belongs to one project" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?draft=", "?draft=0", "?draft=x", "?draft=1%00", "?draft=" + "9" * 50, "?draft=²"]
)
def test_drafts_that_are_not_there_are_404(browser, miku, query):
    assert browser.get(f"{URL}{query}").status_code == 404


def test_only_who_may_commit_reaches_the_page(as_user, bob, charlie, miku):
    url = f"{URL}?draft={miku.pk}"
    assert as_user(charlie).post(url, {"message": "mine"}).status_code == 404
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    assert as_user(bob).get(url).status_code == 403
    assert as_user(bob).post(url, {"message": "mine"}).status_code == 403
    assert Changeset.objects.count() == 1


def test_saving_can_lead_straight_on_to_the_commit(browser, sakura, save):
    scene = Scene.objects.get()
    response = save(browser, scene, lighting="night", _commit="1")
    assert response["Location"] == f"/admin/ip_library/scene/commit/?draft={scene.pk}"
    scene.refresh_from_db()
    assert scene.lighting == ("night",)


def test_poses_props_and_styles_are_committed_on_pages_of_their_own(browser, sakura):
    for kind, model, slots in (
        ("pose", Pose, {"tags": ("standing",)}),
        ("prop", Prop, {"tags": ("red_umbrella",)}),
        ("style", Style, {"quality": ("masterpiece",)}),
    ):
        row = model.objects.create(project=sakura, slug="first", name="一番目", **slots)
        url = f"/admin/ip_library/{kind}/commit/?draft={row.pk}"
        assert "一番目" in browser.get(url).content.decode()
        assert commit(browser, url, f"A {kind}").status_code == 302
        assert Version.objects.get(kind=kind).label == "v001"
