"""A bulk import makes what commits one by one would have made, in order, resumable, or nothing at all."""

import io
import itertools
import shutil
import subprocess
from dataclasses import replace

import pytest
from django.core.management import call_command

from ip_library.bench.source import LEAD, write_source
from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.errors import InvalidDocumentError, LibraryError, NotAllowedError
from ip_library.core.problems import errors_of
from ip_library.core.trailers import read_message
from ip_library.models import AuditEvent, Changeset, Project, Version
from ip_library.selectors.drafts import as_draft, get_draft, read_draft
from ip_library.selectors.export import export_documents
from ip_library.selectors.library import repository_path
from ip_library.selectors.verify import verify_project
from ip_library.services import bulk_commit, bulk_import, bulk_source
from ip_library.services.bulk_import import import_tree
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db(transaction=True)
ASSETS = 20


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    write_source(folder, assets=ASSETS, passes=3)
    return folder


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    for module in (bulk_import, bulk_source):
        monkeypatch.setattr(module, "BATCH", 7)


def git(project, *arguments):
    command = ["git", "--git-dir", str(repository_path(project)), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def findings(project):
    return [str(problem) for problem in errors_of(verify_project(project))]


def facts(project):
    versions = Version.objects.filter(project=project).order_by("changeset__sequence")
    return [
        (
            row.changeset.sequence, row.changeset.message, row.changeset.author_name, row.changeset.sealed,
            row.kind, row.asset, row.number, row.document, row.sha256, row.blob,
            [(prompt.path, prompt.text, prompt.negative_path, prompt.negative_text) for prompt in row.prompts.all()],
            sorted((use.field, str(use.used).split()[1:], use.follow) for use in row.resolutions.all()),
        )
        for row in versions.select_related("changeset")
    ]  # fmt: skip


def one_by_one(project, source, author):
    """Save and commit every document of the source the way a person would."""
    for folder in sorted(source.iterdir()):
        documents = [from_xml(path.read_bytes()) for path in sorted(folder.rglob("*.xml"))]
        for document in sorted(documents, key=lambda item: d.KINDS.index(item.kind)):
            save_document(project=project, document=document, editor=author)
            number = Version.objects.filter(project=project, kind=document.kind, asset=document.asset).count() + 1
            message = f"Import {document.asset} v{number:03d}"
            commit_assets(project=project, assets=[(document.kind, document.asset)], message=message, author=author)


def test_an_import_is_indistinguishable_from_commits_one_by_one(source, empty_project, alice):
    other = ensure_project(slug="other", owner=alice)
    one_by_one(other, source, alice)
    summary = import_tree(project=empty_project, folder=source, author=alice)
    assert (summary.documents, summary.versions, summary.drafts) == (3 * ASSETS, 3 * ASSETS, ASSETS)
    assert facts(empty_project) == facts(other)
    assert git(empty_project, "rev-parse", "main^{tree}") == git(other, "rev-parse", "main^{tree}")
    for kind, asset in {(row.kind, row.asset) for row in Version.objects.filter(project=empty_project)}:
        mine, theirs = (get_draft(project, kind, asset) for project in (empty_project, other))
        assert read_draft(mine) == read_draft(theirs)
        if kind == d.SHOT:
            assert str(mine.sequence) == str(theirs.sequence)
    assert findings(empty_project) == []
    assert findings(other) == []


def test_git_tells_the_history_of_one_file(source, empty_project, alice):
    import_tree(project=empty_project, folder=source, author=alice, message="From the old studio")
    path = next(repository_path(empty_project).parent.parent.parent.glob("source/v001/characters/*/extra-00000.xml"))
    name = path.relative_to(source / "v001").as_posix()
    assert (
        git(empty_project, "log", "--format=%s|%an", "main", "--", name).split("\n")
        == ["From the old studio|Alice Aoki"] * 3
    )
    message, trailers = read_message(git(empty_project, "log", "-1", "--format=%B", "main"))
    assert message == "From the old studio"
    assert [version.number for version in trailers.versions] == [3]
    changed = git(empty_project, "show", "--name-only", "--format=", "main").split("\n")
    assert [path.split("/")[0] for path in changed] == ["prompts", "prompts", "shots"]
    assert set(git(empty_project, "for-each-ref", "--format=%(refname)").split()) == {"refs/heads/main"}


def test_every_version_and_draft_is_recorded_in_the_audit(source, empty_project, alice):
    import_tree(project=empty_project, folder=source, author=alice)
    events = AuditEvent.objects.filter(project=empty_project)
    assert events.filter(action="commit").count() == 3 * ASSETS
    assert events.filter(action="create", subject__startswith="character/").count() == ASSETS - 4
    assert events.filter(action="import").count() == 1
    assert list(events.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, events.count() + 1))


def test_the_same_import_again_does_nothing(source, empty_project, alice, everything):
    import_tree(project=empty_project, folder=source, author=alice)
    before = everything()
    summary = import_tree(project=empty_project, folder=source, author=alice)
    assert (summary.versions, summary.drafts, summary.done_before) == (0, 0, 3 * ASSETS)
    assert everything() == before


def test_an_interrupted_import_goes_on_where_the_rows_end(source, empty_project, alice, monkeypatch):
    calls = itertools.count()
    record = bulk_commit.BulkCommitter._record

    def fails_once(self, *arguments):
        if next(calls) == 4:
            raise LibraryError("the disk is full")
        return record(self, *arguments)

    monkeypatch.setattr(bulk_commit.BulkCommitter, "_record", fails_once)
    with pytest.raises(LibraryError, match="disk is full"):
        import_tree(project=empty_project, folder=source, author=alice)
    done = Changeset.objects.filter(project=empty_project).count()
    assert 0 < done < 3 * ASSETS
    assert findings(empty_project) == []
    summary = import_tree(project=empty_project, folder=source, author=alice)
    assert (summary.done_before, summary.versions) == (done, 3 * ASSETS - done)
    other = ensure_project(slug="other", owner=alice)
    import_tree(project=other, folder=source, author=alice)
    assert facts(empty_project) == facts(other)
    assert findings(empty_project) == []


def stop_before_it_is_done(monkeypatch):
    """Interrupt an import after the first of its drafts were written."""

    def stops(name):
        if name == "import.drafts_written":
            raise LibraryError("the disk is full")

    monkeypatch.setattr(bulk_import, "point", stops)


def lead(project, slug=LEAD):
    return read_draft(get_draft(project, d.CHARACTER, slug))


@pytest.mark.parametrize("replace_all", [False, True])
def test_a_draft_that_was_edited_since_stays_when_an_import_goes_on(
    source, empty_project, alice, monkeypatch, replace_all
):
    with monkeypatch.context() as patch:
        stop_before_it_is_done(patch)
        with pytest.raises(LibraryError):
            import_tree(project=empty_project, folder=source, author=alice)
    drafts = dict(export_documents(empty_project, "drafts"))
    assert 0 < len(drafts) < ASSETS
    imported = next(item for data in drafts.values() if (item := as_draft(from_xml(data))).kind == d.CHARACTER)
    save_document(project=empty_project, document=replace(imported, name="Mine"), editor=alice)
    summary = import_tree(project=empty_project, folder=source, author=alice, replace=replace_all)
    assert lead(empty_project, imported.slug).name == (imported.name if replace_all else "Mine")
    assert summary.left_alone == (0 if replace_all else 1)
    assert import_tree(project=empty_project, folder=source, author=alice).versions == 0  # it is finished
    assert findings(empty_project) == []


def change_the_lead(project, author):
    save_document(project=project, document=replace(lead(project), name="Mine"), editor=author)
    commit_assets(project=project, assets=[(d.CHARACTER, LEAD)], message="Mine", author=author)


def newest(project):
    """Return what the newest versions say of an asset itself: to what they refer is resolved anew."""
    return {name: as_draft(from_xml(data)) for name, data in export_documents(project)}


def test_an_import_that_replaces_makes_its_documents_the_newest_again_and_again(source, empty_project, alice):
    import_tree(project=empty_project, folder=source, author=alice)
    wanted, drafts = newest(empty_project), dict(export_documents(empty_project, "drafts"))
    for count in (1, 2):
        change_the_lead(empty_project, alice)
        assert newest(empty_project) != wanted
        summary = import_tree(project=empty_project, folder=source, author=alice, replace=True)
        assert summary.documents == 3 * ASSETS
        assert 0 < summary.versions < ASSETS  # the character and the shots that follow it; their history is there
        assert newest(empty_project) == wanted
        assert dict(export_documents(empty_project, "drafts")) == drafts
        assert Version.objects.filter(project=empty_project, asset=LEAD).count() == 3 + 2 * count
    assert findings(empty_project) == []


def test_a_replacing_import_that_was_interrupted_goes_on(source, empty_project, alice, monkeypatch):
    import_tree(project=empty_project, folder=source, author=alice)
    change_the_lead(empty_project, alice)
    with monkeypatch.context() as patch:
        stop_before_it_is_done(patch)
        with pytest.raises(LibraryError):
            import_tree(project=empty_project, folder=source, author=alice, replace=True)
    versions = Version.objects.count()
    summary = import_tree(project=empty_project, folder=source, author=alice, replace=True)
    assert summary.versions == 0
    assert summary.done_before > 0
    assert Version.objects.count() == versions
    assert findings(empty_project) == []


def test_a_replacing_import_says_when_there_is_nothing_to_replace(source, empty_project, alice):
    import_tree(project=empty_project, folder=source, author=alice)
    said, versions = io.StringIO(), Version.objects.count()
    call_command("import_library", "sakura", str(source), versions=True, replace=True, stdout=said)
    assert "already so" in said.getvalue()
    assert Version.objects.count() == versions
    change_the_lead(empty_project, alice)
    call_command("import_library", "sakura", str(source), versions=True, replace=True, stdout=(said := io.StringIO()))
    assert "already so" not in said.getvalue()


def test_a_commit_in_between_makes_the_batch_anew_on_top_of_it(source, empty_project, alice, monkeypatch):
    save_document(project=empty_project, document=d.SceneDocument("elsewhere", "Elsewhere", ("sea",)), editor=alice)
    calls = itertools.count()
    record = bulk_commit.BulkCommitter._record

    def somebody_is_quicker(self, *arguments):
        if next(calls) == 2:
            commit_assets(project=empty_project, assets=[(d.SCENE, "elsewhere")], message="Quick", author=alice)
        return record(self, *arguments)

    monkeypatch.setattr(bulk_commit.BulkCommitter, "_record", somebody_is_quicker)
    summary = import_tree(project=empty_project, folder=source, author=alice)
    assert summary.versions == 3 * ASSETS
    assert Changeset.objects.filter(project=empty_project).count() == 3 * ASSETS + 1
    assert findings(empty_project) == []


def edit(source, name, change):
    path = next(source.rglob(name))
    path.write_bytes(change(path.read_bytes()))
    return path.relative_to(source).as_posix()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("extra-00003.xml", lambda data: data.replace(b"1boy", b"robot"), "gender"),
        ("place-0000.xml", lambda data: data[:-20], "never closed|not well-formed"),
        ("E01_SQ010_SH0010", lambda data: data.replace(b"place-0000", b"nowhere"), "nowhere"),
        ("SH0010.xml", lambda data: data.replace(b"<look>summer", b"<look>winter"), "winter"),
        ("extra-00004.xml", lambda data: b"<!DOCTYPE x>" + data, "DOCTYPE"),
    ],
)
def test_one_bad_document_refuses_everything_and_is_named(source, empty_project, alice, everything, name, change, said):
    name = name if name.endswith(".xml") else "SH0010.xml"
    where = edit(source, name, change)
    before = everything()
    with pytest.raises(InvalidDocumentError, match=said) as refused:
        import_tree(project=empty_project, folder=source, author=None)
    assert any(problem.field.startswith(where) for problem in refused.value.problems)
    assert everything() == before
    assert AuditEvent.objects.filter(outcome="refused").count() == 1


def test_problems_of_all_files_are_listed_together(source, empty_project):
    edit(source, "extra-00003.xml", lambda data: data.replace(b"1boy", b"robot"))
    edit(source, "place-0000.xml", lambda data: b"<scene/>")
    with pytest.raises(InvalidDocumentError) as refused:
        import_tree(project=empty_project, folder=source, author=None)
    files = {problem.field.split(".xml")[0].rpartition("/")[2] for problem in refused.value.problems}
    assert files == {"extra-00003", "place-0000"}


def test_links_are_not_followed(source, empty_project, tmp_path):
    target = next(source.rglob("extra-00003.xml"))
    (tmp_path / "outside.xml").write_bytes(target.read_bytes())
    target.unlink()
    target.symlink_to(tmp_path / "outside.xml")
    with pytest.raises(Exception, match="a link"):
        import_tree(project=empty_project, folder=source, author=None)
    assert not Version.objects.exists()


def test_two_documents_of_one_asset_in_a_pass_are_refused(source, empty_project):
    first = next((source / "v001").rglob("extra-00003.xml"))
    shutil.copy(first, source / "v001" / "again.xml")
    with pytest.raises(InvalidDocumentError, match="already"):
        import_tree(project=empty_project, folder=source, author=None)


def test_assets_that_are_there_are_changed_only_when_asked(source, empty_project, alice):
    mine = d.CharacterDocument(LEAD, "Mine", "1girl", d.Appearance(hair=("pink_hair",)))
    save_document(project=empty_project, document=mine, editor=alice)
    commit_assets(project=empty_project, assets=[(d.CHARACTER, LEAD)], message="Mine", author=alice)
    with pytest.raises(InvalidDocumentError, match="already"):
        import_tree(project=empty_project, folder=source, author=alice)
    assert Version.objects.count() == 1
    import_tree(project=empty_project, folder=source, author=alice, replace=True)
    assert Version.objects.filter(asset=LEAD).count() == 4
    assert read_draft(get_draft(empty_project, d.CHARACTER, LEAD)).name == "Extra 0"
    assert findings(empty_project) == []


def test_a_document_that_changes_nothing_makes_no_version(source, empty_project, alice):
    """As an interactive commit would make none; in a new pass and against what is committed."""
    shutil.rmtree(source / "v003")
    shutil.copytree(source / "v002", source / "v003")
    shutil.copytree(source / "v001", source / "v004")
    summary = import_tree(project=empty_project, folder=source, author=alice)
    assert summary.versions == 3 * ASSETS
    assert set(Version.objects.values_list("number", flat=True)) == {1, 2, 3}
    assert Changeset.objects.count() == 3 * ASSETS
    shutil.rmtree(source / "v001")
    shutil.rmtree(source / "v002")
    shutil.rmtree(source / "v003")
    assert import_tree(project=empty_project, folder=source, author=alice, replace=True).versions == 0
    assert findings(empty_project) == []


def test_a_stranger_and_a_viewer_import_nothing(source, empty_project, charlie):
    with pytest.raises(NotAllowedError):
        import_tree(project=empty_project, folder=source, author=charlie)
    assert not Version.objects.exists()


def test_what_is_exported_is_imported_as_it_was(source, empty_project, alice, tmp_path):
    import_tree(project=empty_project, folder=source, author=alice)
    for name, data in export_documents(empty_project, "all"):
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    other = ensure_project(slug="other", owner=alice)
    import_tree(project=other, folder=tmp_path / "export", author=alice)
    assert dict(export_documents(other, "all")) == dict(export_documents(empty_project, "all"))
    assert dict(export_documents(other, "drafts")) == dict(export_documents(empty_project, "drafts"))
    assert git(other, "rev-parse", "main^{tree}") == git(empty_project, "rev-parse", "main^{tree}")


def test_a_variant_is_imported_after_what_it_builds_on(empty_project, tmp_path):
    documents = [
        d.CharacterDocument("aaa", "A", "1girl", d.Appearance(), base=d.Reference("mmm")),
        d.CharacterDocument("mmm", "M", "1girl", d.Appearance(), base=d.Reference("zzz")),
        d.CharacterDocument("zzz", "Z", "1girl", d.Appearance(hair=("blue_hair",))),
    ]
    for document in documents:
        (tmp_path / f"{document.slug}.xml").write_bytes(to_xml(document))
    source = tmp_path / "flat"
    source.mkdir()
    for path in tmp_path.glob("*.xml"):
        path.rename(source / path.name)
    import_tree(project=empty_project, folder=source, author=None)
    rows = Version.objects.order_by("changeset__sequence").values_list("asset", flat=True)
    assert list(rows) == ["zzz", "mmm", "aaa"]
    assert read_draft(get_draft(empty_project, d.CHARACTER, "aaa")).base == d.Reference("mmm")
    assert findings(Project.objects.get(pk=empty_project.pk)) == []
