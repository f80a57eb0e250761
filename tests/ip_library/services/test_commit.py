"""Committing: what changed gets the next number, what did not gets none, and Git says the same as the rows."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ip_library.core import documents as d
from ip_library.core.canonical import digest, from_xml
from ip_library.core.errors import RefusedError, StaleDraftError
from ip_library.core.trailers import VersionName, read_message
from ip_library.models import AuditEvent, Changeset, PromptRevision, Resolution, Version
from ip_library.selectors.changesets import head_of
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import latest_version, read_committed, store_of
from ip_library.selectors.verify import verify_project
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from tests.data.documents import SHOT_CODE, golden

SHOT = ("shot", SHOT_CODE)
MIKU = ("character", "miku")


def renamed(name):
    return lambda document: replace(document, name=name)


def shows(git, sha, path):
    return git.run("show", f"{sha}:{path}").stdout


def test_every_asset_starts_as_v001_in_one_changeset(sakura):
    versions = Version.objects.filter(project=sakura)
    assert {(v.kind, v.asset, v.label) for v in versions} == {
        ("character", "miku", "v001"), ("character", "len", "v001"), ("scene", "cherry-blossom", "v001"),
        ("shot", SHOT_CODE, "v001"),
    }  # fmt: skip
    (changeset,) = Changeset.objects.filter(project=sakura)
    assert (changeset.sequence, changeset.parent, changeset.sealed) == (1, "", True)
    assert {version.changeset_id for version in versions} == {changeset.pk}


def test_git_holds_exactly_the_bytes_of_the_rows(sakura, git):
    (changeset,) = Changeset.objects.all()
    paths = git("ls-tree", "-r", "--name-only", changeset.sha).split("\n")
    assert paths == [
        "characters/8f/miku.xml", "characters/a5/len.xml", f"prompts/general_tags/{SHOT_CODE.replace('_', '/')}.xml",
        f"prompts/scene/{SHOT_CODE.replace('_', '/')}.xml", "scenes/de/cherry-blossom.xml",
        f"shots/{SHOT_CODE.replace('_', '/')}.xml",
    ]  # fmt: skip
    assert shows(git, changeset.sha, "characters/8f/miku.xml") == golden("character.miku.xml")
    for version in Version.objects.all():
        assert digest(version.document.encode()) == version.sha256
        assert git("cat-file", "-t", version.blob) == "blob"
        assert git.run("cat-file", "blob", version.blob).stdout == version.document.encode()
    for prompt in PromptRevision.objects.all():
        data = shows(git, changeset.sha, prompt.path)
        assert data == prompt.text.encode() == golden(f"prompt.{prompt.dialect}.xml")
        assert digest(data) == prompt.sha256
        assert read_committed(sakura, changeset.sha, prompt.path) == data
    git.assert_clean()


def test_a_renamed_character_makes_a_new_version(sakura, git, change):
    result = change("character", "miku", renamed("初音ミク"))
    (version,) = result.versions
    assert (version.label, result.unchanged) == ("v002", ())
    assert from_xml(version.document.encode()).name == "初音ミク"
    assert Version.objects.get(asset="miku", number=1).document.encode() == golden("character.miku.xml")
    first, second = Changeset.objects.order_by("sequence")
    assert (second.parent, second.sequence) == (first.sha, 2)
    assert git("rev-list", "--reverse", "main").split() == [first.sha, second.sha]
    assert git("diff", "--name-only", first.sha, second.sha) == "characters/8f/miku.xml"


def test_a_draft_that_is_committed_as_it_is_makes_no_version_and_no_commit(sakura, drafts, alice, everything):
    before = everything()
    result = commit_assets(project=sakura, assets=drafts.assets, message="Again", author=alice)
    assert (result.changeset, result.versions, len(result.unchanged)) == (None, (), 4)
    assert everything() == before


def test_only_the_assets_that_changed_get_a_version(sakura, drafts, alice, change):
    change("scene", "cherry-blossom", renamed("Elsewhere"), commit=False)
    result = commit_assets(project=sakura, assets=[*drafts.assets, *drafts.assets], message="All", author=alice)
    assert [(v.kind, v.label) for v in result.versions] == [("scene", "v002"), ("shot", "v002")]
    assert [(v.kind, v.asset) for v in result.unchanged] == [("character", "len"), ("character", "miku")]


@pytest.mark.django_db(transaction=True)
def test_a_shot_resolves_the_characters_that_are_committed_with_it_whatever_the_order(drafts, alice):
    result = commit_assets(project=drafts.project, assets=drafts.assets[::-1], message="All at once", author=alice)
    shot = next(version for version in result.versions if version.kind == "shot")
    used = {(row.field, row.used.kind, row.used.asset, row.used.number, row.follow) for row in shot.resolutions.all()}
    assert used == {
        ("scene", "scene", "cherry-blossom", 1, "latest"), ("cast/1/character", "character", "miku", 1, "latest"),
        ("cast/2/character", "character", "len", 1, "latest"),
    }  # fmt: skip
    document = from_xml(shot.document.encode())
    miku = latest_version(drafts.project, *MIKU)
    assert document.cast[0].character == d.Reference("miku", "latest", 1, miku.sha256)


def test_a_shot_names_the_newest_version_when_it_is_committed_again(sakura, alice, change):
    change("character", "miku", lambda doc: replace(doc, appearance=replace(doc.appearance, eyes=("red_eyes",))))
    result = commit_assets(project=sakura, assets=[SHOT], message="Red eyes", author=alice)
    (shot,) = result.versions
    assert Resolution.objects.get(using=shot, field="cast/1/character").used.number == 2
    assert "red_eyes" in shot.prompts.get(dialect="scene").text
    old = Version.objects.get(kind="shot", number=1)
    assert "teal_eyes" in old.prompts.get(dialect="scene").text
    assert Resolution.objects.get(using=old, field="cast/1/character").used.number == 1


def test_a_pinned_character_stays_what_it_was(sakura, alice, change):
    def pin(document):
        first = document.cast[0]
        cast = (replace(first, character=d.Reference("miku", "", 1)), *document.cast[1:])
        return replace(document, cast=cast, scene=d.Reference("cherry-blossom", "", 1))

    change("shot", SHOT_CODE, pin)
    change("character", "miku", lambda doc: replace(doc, appearance=replace(doc.appearance, eyes=("red_eyes",))))
    change("scene", "cherry-blossom", lambda doc: replace(doc, lighting=("night",)))
    result = commit_assets(project=sakura, assets=[SHOT], message="Nothing new", author=alice)
    assert result.versions == ()
    prompt = result.unchanged[0].prompts.get(dialect="scene").text
    assert prompt.encode() == golden("prompt.scene.xml")


def test_a_negative_prompt_is_committed_and_removed_again(sakura, git, change):
    path = f"prompts/scene/{SHOT_CODE.replace('_', '/')}.negative.xml"
    (shot,) = change("shot", SHOT_CODE, lambda doc: replace(doc, negative=("lowres",))).versions
    prompt = shot.prompts.get(dialect="scene")
    assert prompt.negative_path == path
    assert shows(git, "main", path) == prompt.negative_text.encode() == b"<danbooru_tags>lowres</danbooru_tags>\n"
    change("shot", SHOT_CODE, lambda doc: replace(doc, negative=()))
    assert path not in git("ls-tree", "-r", "--name-only", "main")
    assert not list(verify_project(sakura))


def test_the_author_and_the_message_stand_in_git_in_the_rows_and_in_the_audit(sakura, git, bob, change):
    started = datetime.now(UTC).replace(microsecond=0)
    changeset = change("character", "miku", renamed("Mik"), author=bob).changeset
    assert (
        git("log", "-1", "--format=%an|%ae|%cn|%ce|%s", "main")
        == "Bob|bob@studio.example|Settei|settei@localhost|Change"
    )
    assert (changeset.author, changeset.author_login, changeset.author_name) == (bob, "bob", "Bob")
    message, trailers = read_message(git("log", "-1", "--format=%B", "main"))
    assert (message, trailers.author, trailers.changeset) == ("Change", "bob", str(changeset.pk))
    assert trailers.versions == (VersionName("character", "miku", 2),)
    assert git("log", "-1", "--format=%(trailers:key=Settei-Version,valueonly)", "main").strip() == "v002"
    assert int(git("log", "-1", "--format=%ct", "main")) == int(changeset.committed_at.timestamp())
    assert changeset.committed_at >= started
    event = AuditEvent.objects.first()
    assert (event.action, event.actor, event.subject) == ("commit", bob, "character/miku")
    assert event.after == {"version": "v002", "commit": changeset.sha, "message": "Change"}


@pytest.mark.django_db(transaction=True)
def test_without_a_person_the_operator_commits(drafts, git):
    changeset = commit_assets(project=drafts.project, assets=[MIKU], message="By hand", author=None).changeset
    assert (changeset.author, changeset.author_login) == (None, "operator")
    assert git("log", "-1", "--format=%an <%ae>", "main") == "operator <>"
    git.assert_clean()


def test_a_name_cannot_forge_a_header_of_the_commit(sakura, git, bob, change):
    bob.first_name = "Bob\nparent " + "0" * 40 + "\n\n<x@y> 0 +0000"
    bob.last_name = "ü" * 150
    bob.save()
    changeset = change("character", "miku", renamed("Mik"), author=bob).changeset
    headers = git("cat-file", "commit", changeset.sha).partition("\n\n")[0].split("\n")
    assert [line.split(" ")[0] for line in headers] == ["tree", "parent", "author", "committer"]
    assert len(changeset.author_name) <= 300
    git.assert_clean()
    assert not list(verify_project(sakura))


def test_a_repeated_call_with_one_changeset_id_returns_the_first_result(sakura, change, alice, everything):
    name = uuid.uuid4()
    first = change("character", "miku", renamed("Mik"), changeset_id=name)
    before = everything()
    again = commit_assets(project=sakura, assets=[MIKU], message="Again", author=alice, changeset_id=name)
    assert again.changeset == first.changeset
    assert [v.pk for v in again.versions] == [v.pk for v in first.versions]
    assert everything() == before


def test_a_changeset_id_of_another_project_is_refused(sakura, charlie, alice, everything):
    other = charlie.memberships.get().project
    taken = Changeset.objects.get(project=sakura).pk
    before = everything()
    with pytest.raises(RefusedError, match="changeset_id"):
        commit_assets(project=other, assets=[MIKU], message="Mine", author=charlie, changeset_id=taken)
    assert everything() == before


def test_the_project_row_follows_the_head(sakura, change):
    for number in range(2, 5):
        sha = change("character", "miku", renamed(f"Miku {number}")).changeset.sha
        sakura.refresh_from_db()
        assert head_of(sakura, "main") == (sha, number)
        assert store_of(sakura).head("main") == sha
    assert head_of(sakura, "adhoc") == ("", 0)
    assert not list(verify_project(sakura))


def test_a_draft_that_changed_since_it_was_looked_at_is_not_committed(sakura, alice):
    seen = get_draft(sakura, d.CHARACTER, "miku").state
    document = read_draft(get_draft(sakura, d.CHARACTER, "miku"))
    save_document(project=sakura, document=replace(document, notes="Changed meanwhile"), editor=alice)
    with pytest.raises(StaleDraftError, match="changed by somebody else"):
        commit_assets(
            project=sakura, assets=[MIKU], message="As I saw it", author=alice, seen={(d.CHARACTER, "miku"): seen}
        )
    assert Version.objects.filter(project=sakura, asset="miku").count() == 1
