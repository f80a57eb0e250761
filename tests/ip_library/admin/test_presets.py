import pytest

from ip_library.models import AuditEvent, Pose, Project, Prop, Style
from ip_library.selectors.drafts import read_draft
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db
CASES = [
    ("pose", Pose, {"tags": "standing, arms_crossed"}),
    ("prop", Prop, {"tags": "red_umbrella"}),
    ("style", Style, {"style": "anime_coloring", "artists": "studio", "quality": "masterpiece", "negative": "lowres"}),
]


@pytest.mark.parametrize(("kind", "model", "slots"), CASES)
def test_a_preset_is_made_changed_and_shown_as_it_is(browser, drafts, add, save, opened, kind, model, slots):
    entry = {"project": drafts.project.pk, "slug": "first", "name": "一番目", "notes": "公式", **slots}
    assert add(browser, kind, **entry).status_code == 302
    row = model.objects.get(slug="first")
    document = read_draft(row)
    assert (document.kind, document.asset, document.name, document.notes) == (kind, "first", "一番目", "公式")
    assert {name: ", ".join(getattr(document, name)) for name in slots} == slots
    fields, events = opened(browser, row), AuditEvent.objects.count()
    assert {
        name: ", ".join(value) for name, value in fields.items() if name in slots
    } == slots or fields | slots == fields
    assert save(browser, row).status_code == 302
    assert (read_draft(model.objects.get(pk=row.pk)), AuditEvent.objects.count()) == (document, events)
    assert save(browser, row, name="Other").status_code == 302
    assert AuditEvent.objects.order_by("-pk").first().subject == f"{kind}/first"
    assert "first" in browser.get(f"/admin/ip_library/{kind}/").content.decode()


@pytest.mark.parametrize(("kind", "model", "slots"), CASES)
def test_a_preset_without_tags_is_refused(browser, drafts, add, wrong, kind, model, slots):
    answer = add(browser, kind, project=drafts.project.pk, slug="first", name="First")
    assert "at least one tag" in " ".join(wrong(answer).values())
    assert not model.objects.exists()


@pytest.mark.parametrize(("kind", "model", "slots"), CASES)
def test_presets_of_other_projects_are_not_there(
    as_user, charlie, alice, drafts, add, browser, wrong, kind, model, slots
):
    row = model.objects.create(project=drafts.project, slug="first", name="First")
    stranger = as_user(charlie)
    assert stranger.get(f"/admin/ip_library/{kind}/{row.pk}/change/").status_code == 404
    other = ensure_project(slug="alices", owner=alice)
    assert list(wrong(add(browser, kind, project=other.pk, slug="mine", name="Mine", **slots))) == ["project"]
    assert model.objects.count() == 1


def test_an_owner_sets_how_shots_are_named_and_counted_and_the_change_is_recorded(as_user, alice, empty_project, save):
    owner = as_user(alice)
    fields = {"shot_pattern": "C{shot:03}", "frame_rate": 25, "starter_vocabulary": ""}
    assert save(owner, empty_project, **fields).status_code == 302
    project = Project.objects.get(pk=empty_project.pk)
    assert (project.shot_pattern, project.frame_rate, project.starter_vocabulary) == ("C{shot:03}", 25, False)
    event = AuditEvent.objects.order_by("-pk").first()
    assert (event.subject, event.before["frame_rate"], event.after["frame_rate"]) == ("project/sakura", 24, 25)
    assert (event.before["starter_vocabulary"], event.after["starter_vocabulary"]) == (True, False)
    assert event.after["shot_pattern"] == "C{shot:03}"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("shot_pattern", "(a+)+$", "must be parts joined by _"),
        ("shot_pattern", "E{episode:02}", "{shot:..} among them"),
        ("frame_rate", "0", "greater than or equal to 1"),
        ("frame_rate", "121", "less than or equal to 120"),
        ("default_dialect", "poem", "poem is not one of the available choices"),
    ],
)
def test_settings_that_make_no_sense_are_refused(as_user, alice, empty_project, save, wrong, field, typed, message):
    answer = save(as_user(alice), empty_project, **{field: typed})
    assert list(wrong(answer)) == [field]
    assert message in wrong(answer)[field]


def test_who_is_no_owner_changes_no_settings(browser, empty_project):
    url = f"/admin/ip_library/project/{empty_project.pk}/change/"
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"name": "Mine", "frame_rate": 25}).status_code == 403
