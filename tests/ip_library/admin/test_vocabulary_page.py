"""The vocabulary in the admin: managed by those who may, completed for everybody who reads the project."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ip_library.core.vocabulary import Entry
from ip_library.models import Membership, Project, Role, VocabularyTag
from ip_library.services.vocabulary import save_tag

pytestmark = pytest.mark.django_db
URL = "/admin/ip_library/vocabularytag/"
COMPLETE = "/admin/ip_library/complete/"
HEADER = "tag,slot,aliases,contradicts,words\n"


@pytest.fixture
def manager(as_user, bob):
    """A manager's browser."""
    Membership.objects.filter(user=bob).update(role=Role.MANAGER)
    return as_user(bob)


def tag(project, **values):
    return {
        "project": project.pk,
        "tag": "miku_headset",
        "slot": "accessories",
        "aliases": "",
        "contradicts": "",
        "words": "",
    } | values


def upload(text, name="tags.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def completed(browser, project, **query):
    return [
        (item["tag"], item["slot"]) for item in browser.get(COMPLETE, {"project": project.pk, **query}).json()["tags"]
    ]


def test_a_tag_is_added_changed_renamed_and_removed(manager, empty_project):
    assert manager.post(f"{URL}add/", tag(empty_project, aliases="negi_headset\nネギ")).status_code == 302
    row = VocabularyTag.objects.get()
    assert (row.tag, row.aliases) == ("miku_headset", "negi_headset|ネギ")
    assert manager.post(f"{URL}{row.pk}/change/", tag(empty_project, tag="headset_of_miku")).status_code == 302
    row = VocabularyTag.objects.get()
    assert (row.tag, row.aliases) == ("headset_of_miku", "")
    assert manager.post(f"{URL}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not VocabularyTag.objects.exists()


def test_a_wrong_row_is_refused_beside_its_field(manager, empty_project):
    save_tag(project=empty_project, entry=Entry("taken", "hair"), editor=None)
    response = manager.post(f"{URL}add/", tag(empty_project, tag="Miku Headset", aliases="taken"))
    errors = response.context["adminform"].form.errors
    assert "must be spelled 'miku_headset'" in errors["tag"][0]
    response = manager.post(f"{URL}add/", tag(empty_project, aliases="taken"))
    assert "is a tag of the project already" in response.context["adminform"].form.errors["aliases"][0]
    assert VocabularyTag.objects.count() == 1


def test_a_file_is_imported(manager, empty_project):
    response = manager.post(
        f"{URL}import/", {"project": empty_project.pk, "file": upload(f"{HEADER}negi,objects,ネギ,,\n")}, follow=True
    )
    assert "1 added, 0 changed" in response.content.decode()
    assert VocabularyTag.objects.get().tag == "negi"


def test_the_problems_of_a_file_are_listed_by_row_and_nothing_is_imported(manager, empty_project):
    response = manager.post(
        f"{URL}import/", {"project": empty_project.pk, "file": upload(f"{HEADER}a,objects,,,\nb,<i>,,,\n")}
    )
    text = response.content.decode()
    assert "row 3: &#x27;&lt;i&gt;&#x27; is no slot" in text
    assert not VocabularyTag.objects.exists()
    wrong = manager.post(f"{URL}import/", {"project": empty_project.pk, "file": upload(b"\xff\xfe")})
    assert "no UTF-8 text: byte 0" in wrong.content.decode()


def test_only_who_manages_a_project_changes_its_vocabulary(browser, manager, as_user, bob, charlie, empty_project):
    save_tag(project=empty_project, entry=Entry("ours", "hair"), editor=None)
    row = VocabularyTag.objects.get()
    stranger = as_user(charlie)
    assert stranger.get(f"{URL}{row.pk}/change/").status_code == 404
    assert stranger.post(f"{URL}add/", tag(empty_project)).status_code == 200  # the project is none of her choices
    assert (
        stranger.post(
            f"{URL}import/", {"project": empty_project.pk, "file": upload(f"{HEADER}a,hair,,,\n")}
        ).status_code
        == 200
    )
    assert stranger.get(f"{URL}export/{empty_project.pk}/").status_code == 404
    Membership.objects.filter(user=bob).update(role=Role.ARTIST)
    artist = as_user(bob)
    assert artist.get(f"{URL}{row.pk}/change/").status_code == 200
    assert artist.post(f"{URL}{row.pk}/change/", tag(empty_project)).status_code == 403
    assert artist.post(f"{URL}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert artist.get(f"{URL}add/").status_code == 403
    assert artist.get(f"{URL}import/").status_code == 403
    assert list(VocabularyTag.objects.values_list("tag", flat=True)) == ["ours"]


def test_what_is_exported_can_be_read_again(browser, empty_project):
    save_tag(project=empty_project, entry=Entry("ours", "hair", ("unser",)), editor=None)
    response = browser.get(f"{URL}export/{empty_project.pk}/")
    assert response.content.decode() == f"{HEADER}ours,hair,unser,,\n"
    assert response["Content-Disposition"] == 'attachment; filename="sakura-vocabulary.csv"'
    assert "blue_sky," in browser.get(f"{URL}export/{empty_project.pk}/?whole").content.decode()


def test_typing_is_completed_with_canonical_tags_those_of_the_slot_first(browser, empty_project):
    assert completed(browser, empty_project, q="gray ha", slot="hair")[0] == ("grey_hair", "hair")
    slots = [slot for _, slot in completed(browser, empty_project, q="bl", slot="eyes")]
    assert slots[0] == "eyes"
    assert len(slots) <= 12
    assert completed(browser, empty_project, q=" ") == []
    assert completed(browser, empty_project, q="\x00%'\"<") == []


def test_a_projects_own_tags_are_completed_in_it_at_once(browser, as_user, charlie, empty_project):
    assert completed(browser, empty_project, q="miku_h") == []
    save_tag(project=empty_project, entry=Entry("miku_headset", "accessories"), editor=None)
    assert completed(browser, empty_project, q="miku_h") == [("miku_headset", "accessories")]
    other = Project.objects.get(slug="other")
    assert completed(as_user(charlie), other, q="miku_h") == []


def test_completion_is_refused_outside_ones_projects_and_out_of_bounds(browser, charlie, empty_project):
    other = Project.objects.get(slug="other")
    for project in (other.pk, "", "x", "9" * 40, "²"):
        assert browser.get(COMPLETE, {"project": project, "q": "bl"}).status_code == 404
    assert browser.get(COMPLETE, {"project": empty_project.pk, "q": "x" * 65}).status_code == 400
    assert browser.get(COMPLETE, {"project": empty_project.pk, "q": "b", "slot": "nowhere"}).status_code == 400
    assert browser.post(COMPLETE, {"project": empty_project.pk, "q": "b"}).status_code == 405


def test_an_answer_is_kept_in_no_cache(browser, empty_project):
    assert "no-store" in browser.get(COMPLETE, {"project": empty_project.pk, "q": "b"})["Cache-Control"]


def test_the_forms_of_drafts_load_completion_for_their_project(browser, miku):
    text = browser.get(f"/admin/ip_library/charactersheet/{miku.pk}/change/").content.decode()
    assert 'src="/static/ip_library/completion.js"' in text
    assert f'data-url="{COMPLETE}" data-project="{miku.project_id}"' in text
    assert 'data-project=""' in browser.get("/admin/ip_library/charactersheet/add/").content.decode()


def test_a_saved_draft_is_checked_against_its_projects_own_vocabulary(browser, miku, save, empty_project):
    save_tag(project=empty_project, entry=Entry("our_very_own_tag", "hair"), editor=None)
    answer = save(browser, miku, hair="our_very_own_tag")
    text = browser.get(answer["Location"]).content.decode()
    assert "our_very_own_tag&#x27; is not in the vocabulary" not in text
    answer = save(browser, miku, hair="somebody_elses_tag")
    assert "somebody_elses_tag&#x27; is not in the vocabulary" in browser.get(answer["Location"]).content.decode()
