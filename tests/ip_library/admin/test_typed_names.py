import pytest

from ip_library.core import documents as d
from ip_library.models import CharacterSheet, ShotComposition
from ip_library.selectors.drafts import read_draft
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db


def document_of(shot):
    return read_draft(ShotComposition.objects.get(pk=shot.pk))


@pytest.fixture
def crowd(drafts, monkeypatch):
    """A project of so many characters that no list shows them all."""
    monkeypatch.setattr("ip_library.admin.choices.MANY", 20)
    CharacterSheet.objects.bulk_create(
        CharacterSheet(project=drafts.project, slug=f"extra-{n}", name=f"群衆 {n}", hair=("hair",)) for n in range(30)
    )


def test_among_very_many_characters_a_name_is_typed_and_suggests_itself(browser, shot, crowd, extend, save, wrong):
    page = browser.get(f"/admin/ip_library/shotcomposition/{shot.pk}/change/").content.decode()
    assert page.count("<datalist") == 1
    assert '<option value="extra-29">群衆 29</option>' in page
    assert 'name="cast-0-character" value="miku"' in page
    before = document_of(shot)
    assert save(browser, shot).status_code == 302
    assert document_of(shot) == before
    assert extend(browser, shot, rows={"cast": [{"character": " extra-7 "}]}).status_code == 302
    assert document_of(shot).cast[2].character == d.Reference("extra-7")
    for typed in ("nobody", "extra-7 (other)", "\0", "x" * 500, "1"):
        answer = wrong(save(browser, shot, **{"cast-0-character": typed}))
        assert "is no name of this project" in answer["cast-0-character"]
    assert "required" in wrong(save(browser, shot, **{"cast-0-character": ""}))["cast-0-character"]


def test_a_typed_name_of_another_project_is_unknown(as_user, alice, browser, shot, crowd, add, save, wrong):
    other = ensure_project(slug="alices", owner=alice)
    for project in (other, shot.project):
        CharacterSheet.objects.create(project=project, slug="twin", name="Twin", hair=("black_hair",))
    CharacterSheet.objects.create(project=other, slug="spy", name="Spy", hair=("black_hair",))
    assert "is no name" in wrong(save(browser, shot, **{"cast-0-character": "spy"}))["cast-0-character"]
    both, entry = as_user(alice), {"project": shot.project_id, "code": "E01_SQ010_SH0030"}
    answer = wrong(add(both, "shotcomposition", rows={"cast": [{"character": "twin"}]}, **entry))
    assert "stands for several; add its project" in answer["cast-0-character"]
    answer = wrong(add(both, "shotcomposition", rows={"cast": [{"character": "twin (alices)"}]}, **entry))
    assert answer["cast-0-character"] == "twin belongs to project alices; choose one of this project"
    fine = add(both, "shotcomposition", rows={"cast": [{"character": "twin (sakura)"}]}, **entry)
    assert fine.status_code == 302
