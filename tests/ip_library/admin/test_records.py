"""What was committed and what was done is read; projects are for their owners."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from ip_library.models import AuditEvent, Changeset, CharacterSheet, Membership, Project, PromptRevision, Role, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from tests.ip_library.admin.conftest import errors_of, fields_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_version_shows_its_document_its_prompts_and_what_it_used(browser, sakura):
    version = Version.objects.get(kind="shot")
    text = browser.get(f"/admin/ip_library/version/{version.pk}/change/").content.decode()
    for part in (
        "&lt;shot format=&quot;1&quot; code=&quot;E01_SQ010_SH0010&quot;&gt;",
        "&lt;character_1&gt;",
        "&lt;general_tags&gt;",
        "character miku v001",
        "scene cherry-blossom v001",
        "First sheets",
        "Alice Aoki",
        version.changeset.sha,
        "/?project=sakura&amp;shot=E01_SQ010_SH0010",
    ):
        assert part in text
    assert 'name="_save"' not in text


def test_nothing_that_was_committed_can_be_changed_by_posting(as_user, alice, sakura):
    browser = as_user(alice)
    for row in (
        Version.objects.first(),
        Changeset.objects.get(),
        PromptRevision.objects.first(),
        AuditEvent.objects.first(),
    ):
        before = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        base = f"/admin/ip_library/{row._meta.model_name}/"
        everything = dict.fromkeys(before, "stolen") | {"_save": "Save", "post": "yes"}
        for url in (f"{base}{row.pk}/change/", f"{base}{row.pk}/delete/", f"{base}add/"):
            assert browser.post(url, everything).status_code == 403
        browser.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        fresh = type(row).objects.get(pk=row.pk)
        assert {name: getattr(fresh, name) for name in before} == before


def test_a_draft_is_never_deleted(as_user, alice, sakura):
    miku = CharacterSheet.objects.get(slug="miku")
    browser = as_user(alice)
    assert browser.post(f"/admin/ip_library/charactersheet/{miku.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(
        "/admin/ip_library/charactersheet/", {"action": "delete_selected", "_selected_action": [miku.pk], "post": "yes"}
    )
    assert CharacterSheet.objects.filter(pk=miku.pk).exists()


def test_lists_find_and_filter(browser, sakura):
    for query, there, away in (
        ("version/?q=miku", "miku", "cherry-blossom"),
        ("version/?kind__exact=scene", "cherry-blossom", "E01_SQ010"),
        ("changeset/?q=First", "First sheets", "no such"),
        ("promptrevision/?dialect__exact=scene", "prompts/scene/", "prompts/general_tags/"),
        ("resolution/?q=miku", "miku", "cherry-blossom"),
        ("shotcomposition/?q=SH0010", "v001", "not committed"),
    ):
        response = browser.get(f"/admin/ip_library/{query}")
        rows = response.content.decode().split('id="result_list"')[1].split("</table>")[0]
        assert there in rows, query
        assert away not in rows, query


def test_no_filter_reaches_into_accounts(browser, sakura):
    for query in ("author__password__startswith=x", "project__memberships__user__password__startswith=x"):
        assert browser.get(f"/admin/ip_library/changeset/?{query}").status_code == 400


def test_a_list_of_versions_costs_a_fixed_number_of_queries(browser, sakura, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert browser.get("/admin/ip_library/version/").status_code == 200


def test_an_owner_gives_roles_and_that_is_recorded(as_user, alice, bob, charlie, empty_project, save):
    fields = {"memberships-2-user": charlie.pk, "memberships-2-role": Role.VIEWER, "memberships-TOTAL_FORMS": 3}
    assert save(as_user(alice), empty_project, name="桜", **fields).status_code == 302
    assert Membership.objects.get(project=empty_project, user=charlie).role == Role.VIEWER
    event = AuditEvent.objects.first()
    assert (event.actor, event.action, event.subject) == (alice, "edit", "project/sakura")
    assert event.before == {
        "name": "Sakura",
        "default_dialect": "scene",
        "shot_pattern": "E{episode:02}_SQ{sequence:03}_SH{shot:04}",
        "frame_rate": 24,
        "starter_vocabulary": True,
        "members": {"alice": "owner", "bob": "artist"},
    }
    assert event.after["members"] == {"alice": "owner", "bob": "artist", "charlie": "viewer"}


def test_a_project_keeps_an_owner(as_user, alice, bob, empty_project, save, wrong):
    for change in ({"memberships-0-role": "viewer"}, {"memberships-0-DELETE": "on"}):
        answer = save(as_user(alice), empty_project, **change)
        assert "needs at least one owner" in wrong(answer)["memberships"]
        assert AuditEvent.objects.first().outcome == "refused"
    assert AuditEvent.objects.filter(actor=alice, action="edit", outcome="refused").count() == 2
    assert Membership.objects.get(project=empty_project, user=alice).role == Role.OWNER


def test_a_superuser_makes_a_project_with_its_owner(as_user, alice):
    browser = as_user(User.objects.create_superuser("root"))
    url = "/admin/ip_library/project/add/"
    entry = fields_of(browser.get(url)) | {"slug": "fuji", "name": "富士", "memberships-TOTAL_FORMS": 1}
    answer = browser.post(url, entry | {"memberships-0-user": alice.pk, "memberships-0-role": "viewer"})
    assert "needs at least one owner" in errors_of(answer)["memberships"]
    assert not AuditEvent.objects.exists()
    assert browser.post(url, entry | {"memberships-0-user": alice.pk, "memberships-0-role": "owner"}).status_code == 302
    project = Project.objects.get()
    assert (project.slug, project.name, project.memberships.get().user) == ("fuji", "富士", alice)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.after["members"]) == ("create", "project/fuji", {"alice": "owner"})


def test_a_row_given_to_another_person_takes_the_first_one_out(as_user, alice, bob, charlie, empty_project, save):
    assert save(as_user(alice), empty_project, **{"memberships-1-user": charlie.pk}).status_code == 302
    members = Membership.objects.filter(project=empty_project).values_list("user__username", "role")
    assert dict(members) == {"alice": "owner", "charlie": "artist"}


def test_members_read_a_project_without_its_members(browser, empty_project):
    text = browser.get(f"/admin/ip_library/project/{empty_project.pk}/change/").content.decode()
    assert "Sakura" in text
    assert "alice" not in text
    assert 'name="_save"' not in text


def test_an_artist_cannot_make_themselves_owner(browser, bob, empty_project):
    url = f"/admin/ip_library/project/{empty_project.pk}/change/"
    entry = {"name": "Mine", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0,
             "memberships-0-user": bob.pk, "memberships-0-role": "owner"}  # fmt: skip
    assert browser.post(url, entry).status_code == 403
    assert Membership.objects.get(user=bob).role == Role.ARTIST


def restore(browser, *versions):
    keys = [version.pk for version in versions]
    posted = {"action": "restore", "_selected_action": keys}
    return browser.post("/admin/ip_library/version/", posted, follow=True).content.decode()


def test_an_artist_restores_one_version_as_a_new_one(browser, bob, sakura):
    first = Version.objects.get(asset="miku")
    document = replace(read_draft(get_draft(sakura, "character", "miku")), notes="Changed")
    save_document(project=sakura, document=document, editor=bob)
    commit_assets(project=sakura, assets=[("character", "miku")], message="Changed", author=bob)
    assert "Restored miku v001 as v003." in restore(browser, first)
    newest = Version.objects.filter(asset="miku").order_by("-number").first()
    assert (newest.document, newest.changeset.author) == (first.document, bob)
    assert "miku is as v003 already" in restore(browser, newest)
    assert "Select exactly one version" in restore(browser, first, newest)


def test_a_viewer_restores_nothing(as_user, alice, bob, sakura):
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    before = Version.objects.count()
    restore(as_user(bob), Version.objects.get(asset="miku"))
    assert Version.objects.count() == before
