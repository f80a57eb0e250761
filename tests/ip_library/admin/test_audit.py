"""The audit in the browser: who, what, when, why, with what changed field by field; and what the admin forbade is in it."""

import pytest
from django.test import Client

from ip_library.models import AuditEvent, Membership, Project, Role
from ip_library.selectors.audit import verify_audit
from ip_library.services.audit import record_event
from tests.ip_library.admin.conftest import url_of

SCENE = '<?xml version="1.0" encoding="UTF-8"?>\n<scene format="1" slug="sea"><name>{}</name></scene>\n'


@pytest.fixture
def auditor(bob, as_user):
    """The browser of somebody who may read the audit."""
    Membership.objects.filter(user=bob).update(role=Role.AUDITOR)
    return as_user(bob)


@pytest.fixture
def viewer(bob, as_user):
    """The browser of a member who only reads."""
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    return as_user(bob)


def listed(browser: Client, query: str = "") -> str:
    text = browser.get(f"/admin/ip_library/auditevent/{query}").content.decode()
    return text.split('id="result_list"')[1].split("</table>")[0] if 'id="result_list"' in text else ""


def test_the_list_says_who_what_when_why_and_how_it_ended(auditor, empty_project, alice):
    record_event(project=empty_project, actor=alice, action="label", subject="scene/sea", reason="Bluer\nthan before")
    record_event(project=empty_project, actor=alice, action="edit", subject="scene/hill", outcome="refused")
    rows = listed(auditor)
    for part in ("alice", "label", "scene/sea", "Bluer", "refused"):
        assert part in rows
    assert "than before" not in rows
    for query, there, away in (
        ("?outcome__exact=refused", "scene/hill", "scene/sea"),
        ("?action=label", "scene/sea", "scene/hill"),
        ("?q=Bluer", "scene/sea", "scene/hill"),
        ("?project=sakura", "scene/sea", "project/other"),
    ):
        assert there in listed(auditor, query), query
        assert away not in listed(auditor, query), query


def test_what_is_no_document_any_more_is_shown_as_it_was_recorded(auditor, empty_project, alice):
    before, after = ({"xml": SCENE.format(name)} for name in ("Sea", "海 <b>"))
    event = record_event(
        project=empty_project, actor=alice, action="edit", subject="scene/sea", before=before, after=after
    )
    text = auditor.get(url_of(event)).content.decode()
    assert '<th scope="row">xml</th>' in text
    assert "<b></name>" not in text
    assert "海 &lt;b&gt;" in text
    assert event.hash in text


def test_a_well_formed_document_is_compared_by_field(auditor, empty_project, alice):
    before, after = ({"xml": SCENE.format(name)} for name in ("Sea", "Ocean"))
    event = record_event(
        project=empty_project, actor=alice, action="edit", subject="scene/sea", before=before, after=after
    )
    text = auditor.get(url_of(event)).content.decode()
    assert '<tr><th scope="row">name</th><td>Sea</td><td>Ocean</td></tr>' in text


def test_a_list_costs_a_fixed_number_of_queries(auditor, empty_project, django_assert_max_num_queries):
    for number in range(30):
        record_event(project=empty_project, actor=None, action="edit", subject=f"scene/{number}")
    with django_assert_max_num_queries(20):
        listed(auditor)


def test_who_may_not_read_the_audit_sees_none_of_it(viewer, empty_project):
    assert viewer.get("/admin/ip_library/auditevent/").status_code == 403
    assert viewer.get(url_of(AuditEvent.objects.first())).status_code in {403, 404}


def refused() -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(outcome="refused").order_by("pk")
    return list(rows.values_list("actor_login", "action", "subject"))


@pytest.mark.django_db(transaction=True)
def test_a_change_that_the_admin_forbids_is_in_the_audit(viewer, empty_project):
    for page in ("change", "delete"):
        assert viewer.post(url_of(empty_project, page), {"name": "Mine", "post": "yes"}).status_code == 403
    subject = f"project/{empty_project.pk}"
    assert refused() == [("bob", "change project", subject), ("bob", "delete project", subject)]
    assert list(verify_audit(empty_project)) == []


@pytest.mark.django_db(transaction=True)
def test_a_save_over_what_somebody_else_changed_is_in_the_audit_and_a_wrong_value_is_not(browser, miku, save, wrong):
    assert save(browser, miku, hair="a<b").status_code == 200
    assert refused() == []
    answer = save(browser, miku, seen_state=miku.state + 7)
    assert refused() == [("bob", "edit", "character/miku")]
    assert AuditEvent.objects.get(outcome="refused").reason == wrong(answer)["__all__"]


@pytest.mark.django_db(transaction=True)
def test_reading_and_rows_of_other_projects_leave_no_event(viewer, as_user, empty_project, charlie):
    assert viewer.get(url_of(empty_project, "delete")).status_code == 403
    assert as_user(charlie).post(url_of(empty_project), {"name": "Mine"}).status_code == 404
    assert Client().post(url_of(empty_project), {"name": "Mine"}).status_code == 302
    assert viewer.post("/admin/ip_library/project/add/", {"slug": "mine"}).status_code == 403
    assert viewer.post("/admin/ip_library/project/1x/delete/").status_code in {403, 404}
    assert refused() == []


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_saves_a_project_leaves_its_heads_alone(as_user, alice, empty_project, monkeypatch):
    browser = as_user(alice)
    url = url_of(empty_project)
    fields = {"name": "桜", "default_dialect": "scene", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}
    fields |= {"memberships-0-id": alice.memberships.get().pk, "memberships-0-project": empty_project.pk}
    fields |= {"memberships-0-user": alice.pk, "memberships-0-role": "owner"}
    form = browser.get(url).context["adminform"].form
    fields = {name: bound.value() for name in form.fields if (bound := form[name]) and bound.value()} | fields
    save = Project.save

    def save_late(row, **options):  # somebody else's event comes between the reading of the row and its writing
        Project.objects.filter(pk=row.pk).update(main_head="a" * 40)
        save(row, **options)

    monkeypatch.setattr(Project, "save", save_late)
    assert browser.post(url, fields).status_code == 302
    fresh = Project.objects.get(pk=empty_project.pk)
    assert (fresh.name, fresh.main_head) == ("桜", "a" * 40)
