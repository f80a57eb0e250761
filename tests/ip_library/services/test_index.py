"""Search sees every draft as it is now, however it was changed."""

import pytest
from django.core.management import call_command

from ip_library.core import documents as d
from ip_library.models import AssetEntry, AssetTag, CharacterSheet, Scene
from ip_library.services.edit import save_document
from ip_library.services.index import index_documents, reindex_project
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db


def tags_in(asset):
    return set(AssetTag.objects.filter(entry__asset=asset).values_list("field", "tag"))


def rows():
    entries = AssetEntry.objects.order_by("kind", "asset").values_list("kind", "asset", "name", "text")
    return list(entries), set(AssetTag.objects.values_list("entry__asset", "field", "tag"))


def test_a_saved_document_can_be_found_at_once(empty_project, alice):
    save_document(project=empty_project, document=d.SceneDocument("roof", "屋上", ("sky",)), editor=alice)
    entry = AssetEntry.objects.get()
    assert (entry.kind, entry.asset, entry.name, "屋上" in entry.text) == ("scene", "roof", "屋上", True)
    assert tags_in("roof") == {("background", "sky")}


def test_what_was_taken_out_of_a_draft_is_found_no_more(empty_project, alice):
    for document in (d.SceneDocument("roof", "屋上", ("sky",)), d.SceneDocument("roof", "Roof", ("fence",))):
        save_document(project=empty_project, document=document, editor=alice)
    entry = AssetEntry.objects.get()
    assert (entry.name, "屋上" in entry.text) == ("Roof", False)
    assert tags_in("roof") == {("background", "fence")}


def test_many_documents_are_indexed_as_if_they_were_saved_one_by_one(drafts):
    one_by_one = rows()
    documents = [d.SceneDocument("roof", "Old", ("sky",)), d.SceneDocument("roof", "屋上", ("fence",))]
    assert index_documents(drafts.project, documents) == 1
    assert AssetEntry.objects.get(asset="roof").name == "屋上"
    assert tags_in("roof") == {("background", "fence")}
    AssetEntry.objects.filter(asset="roof").delete()
    assert rows() == one_by_one


def test_two_projects_have_an_asset_of_one_name_each(empty_project):
    other = ensure_project(slug="other")
    for project, name in ((empty_project, "Ours"), (other, "Theirs")):
        index_documents(project, [d.SceneDocument("roof", name)])
    assert AssetEntry.objects.get(project=other).name == "Theirs"
    assert AssetEntry.objects.get(project=empty_project).name == "Ours"


def test_reindexing_restores_lost_and_damaged_rows_and_forgets_what_is_gone(drafts, capsys):
    whole = rows()
    assert whole[0]
    AssetEntry.objects.filter(asset="miku").delete()
    AssetEntry.objects.filter(asset="len").update(text="damaged")
    AssetTag.objects.filter(entry__asset="len").delete()
    index_documents(drafts.project, [d.SceneDocument("ghost", "Ghost")])
    call_command("reindex", "sakura")
    assert rows() == whole
    assert f"sakura: {len(whole[0])} assets indexed" in capsys.readouterr().out


def test_reindexing_tells_how_far_it_is(drafts):
    seen = []
    count = reindex_project(drafts.project, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (count, count)


def test_reindexing_leaves_other_projects_alone(drafts):
    index_documents(ensure_project(slug="other"), [d.SceneDocument("roof", "Roof")])
    reindex_project(drafts.project)
    assert AssetEntry.objects.filter(project__slug="other").count() == 1


def test_the_time_of_an_entry_is_that_of_its_draft_after_reindexing(drafts):
    reindex_project(drafts.project)
    assert AssetEntry.objects.get(asset="miku").changed_at == CharacterSheet.objects.get(slug="miku").changed_at
    assert AssetEntry.objects.get(kind="scene").changed_at == Scene.objects.get().changed_at
