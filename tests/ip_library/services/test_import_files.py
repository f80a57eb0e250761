"""What people have becomes drafts, all of a call or nothing, and nobody's work is overwritten unasked."""

import io
import os
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ip_library.core import documents as d
from ip_library.core.compile import compile_all
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.errors import InvalidDocumentError, NotAllowedError, RefusedError, UnknownError
from ip_library.core.prompt import DIALECTS
from ip_library.models import AuditEvent, CharacterSheet, Project, ShotComposition, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.export import export_csv, export_documents, export_prompts
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.import_files import import_files
from ip_library.services.projects import ensure_project
from tests.conftest import SAKURA

PROMPT = """<character_1>
  <n>hatsune_miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, teal_eyes</appearance>
  <pose>standing, slight_smile</pose>
  <position>x:0.25, y:0.7</position>
</character_1>

<scene>
  <background>park</background>
  <lighting>sunset</lighting>
</scene>
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    (folder / "prompts" / "brand_x").mkdir(parents=True)
    (folder / "prompts" / "brand_x" / "logo_v1.xml").write_text(PROMPT)
    (folder / "prompts" / "brand_x" / "logo_v2.xml").write_text(
        "<image>" + PROMPT.replace("park", "beach") + "</image>"
    )
    return folder


def take(project, *paths, **options):
    return import_files(project=project, paths=paths, editor=options.pop("editor", None), **options)


def read(project, kind, asset):
    return read_draft(get_draft(project, kind, asset))


def test_a_tree_of_prompts_becomes_numbered_shots_with_all_they_show(empty_project, folder):
    report = take(empty_project, folder)
    shots = {asset: name for name, (kind, asset) in report.assets if kind == d.SHOT}
    assert shots == {
        "E01_SQ010_SH0010": "in/prompts/brand_x/logo_v1.xml", "E01_SQ010_SH0020": "in/prompts/brand_x/logo_v2.xml"
    }  # fmt: skip
    shot = read(empty_project, d.SHOT, "E01_SQ010_SH0020")
    assert (shot.title, shot.notes) == ("logo_v2", "Imported from in/prompts/brand_x/logo_v2.xml")
    character = read(empty_project, d.CHARACTER, "hatsune-miku")
    staging = Staging(shot, (Performer(shot.cast[0], character),), read(empty_project, d.SCENE, shot.scene.asset))
    assert compile_all(staging)[0].text == PROMPT.replace("park", "beach")


def test_numbering_starts_where_it_is_told_and_goes_past_what_is_taken(empty_project, folder):
    take(empty_project, SAKURA)
    shot = replace(read(empty_project, d.SHOT, "E01_SQ010_SH0010"), code="E02_SQ030_SH0050")
    save_document(project=empty_project, document=shot, editor=None)
    take(empty_project, folder, first_code="E02_SQ030_SH0050")
    codes = ShotComposition.objects.order_by("code").values_list("code", flat=True)
    assert list(codes)[1:] == ["E02_SQ030_SH0050", "E02_SQ030_SH0060", "E02_SQ030_SH0070"]
    with pytest.raises(RefusedError, match="first_code"):
        take(empty_project, folder, first_code="SHOT1")


def test_what_the_documents_have_no_place_for_is_in_the_notes_and_told(empty_project, folder):
    path = folder / "prompts" / "brand_x" / "logo_v1.xml"
    path.write_text("Be an artist. <Prompt Start>" + PROMPT.replace("</scene>", "<mood>sad</mood></scene>"))
    report = take(empty_project, path)
    assert "scene/mood: sad" in read(empty_project, d.SHOT, "E01_SQ010_SH0010").notes
    assert {problem.code for problem in report.warnings} >= {"import.extra", "import.preface"}


def test_a_character_that_is_there_stays_as_it_is_unless_asked(empty_project, folder):
    mine = d.CharacterDocument("hatsune-miku", "Mine", "1girl", d.Appearance(hair=("pink_hair",)))
    save_document(project=empty_project, document=mine, editor=None)
    report = take(empty_project, folder)
    assert read(empty_project, d.CHARACTER, "hatsune-miku") == mine
    assert any(problem.code == "import.exists" for problem in report.warnings)
    shot = read(empty_project, d.SHOT, "E01_SQ010_SH0010")
    assert shot.cast[0].expression == ""
    assert shot.cast[0].pose == ("standing", "slight_smile")  # her sheet knows no such face, so it is a pose
    take(empty_project, folder, replace=True)
    assert read(empty_project, d.CHARACTER, "hatsune-miku").appearance.hair == ("blue_hair",)


def test_one_bad_file_takes_everything_back(empty_project, folder, everything):
    (folder / "bad.xml").write_text(PROMPT.replace("</pose>", ""))
    (folder / "characters.csv").write_text("slug,gender\nlen,robot\n")
    before = everything()
    with pytest.raises(InvalidDocumentError) as refused:
        take(empty_project, folder)
    assert {problem.field.split("/")[1] for problem in refused.value.problems} == {"bad.xml", "characters.csv"}
    assert everything() == before
    assert AuditEvent.objects.filter(action="import", outcome="refused").count() == 1


@pytest.mark.django_db(transaction=True)
def test_with_a_message_everything_is_committed_as_one_changeset(empty_project, folder, alice):
    report = take(empty_project, folder, SAKURA / "characters", SAKURA / "scenes", editor=alice, message="First")
    assert report.committed.changeset.message == "First"
    assert {version.asset for version in report.committed.versions} >= {"hatsune-miku", "miku", "E01_SQ010_SH0020"}
    assert all(version.number == 1 for version in report.committed.versions)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_committed_is_not_imported_either(empty_project, everything):
    before = everything()
    with pytest.raises(InvalidDocumentError):
        take(empty_project, SAKURA / "shots", message="Without its characters")
    assert everything() == before


def test_documents_may_refer_to_one_another_in_any_order_of_files(empty_project):
    report = take(empty_project, SAKURA / "shots", SAKURA / "scenes", SAKURA / "characters")
    assert report.changed == 4
    again = take(empty_project, SAKURA)
    assert (again.changed, len(again.assets)) == (0, 4)


def test_a_document_that_differs_from_what_is_there_is_refused_unless_asked(empty_project, tmp_path):
    take(empty_project, SAKURA)
    path = tmp_path / "miku.xml"
    path.write_bytes((SAKURA / "characters" / "miku.xml").read_bytes().replace(b"1girl", b"1other"))
    with pytest.raises(InvalidDocumentError, match="different"):
        take(empty_project, path)
    assert read(empty_project, d.CHARACTER, "miku").gender == "1girl"
    take(empty_project, path, replace=True)
    assert read(empty_project, d.CHARACTER, "miku").gender == "1other"


def test_a_picture_gives_the_prompt_that_it_carries(empty_project, tmp_path):
    info = PngInfo()
    negative = "lowres, bad_\\(anatomy\\), <lora:soft:1>"
    info.add_text("parameters", f"{PROMPT}Negative prompt: {negative}\nSteps: 28")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=info)
    report = take(empty_project, tmp_path / "a.png")
    assert read(empty_project, d.SCENE, "e01-sq010-sh0010").background == ("park",)
    shot = read(empty_project, d.SHOT, "E01_SQ010_SH0010")
    assert shot.negative == ("lowres", "bad_(anatomy)")
    assert "negative: <lora:soft:1>" in shot.notes  # which no tag may hold
    assert [problem.field for problem in report.warnings] == ["a.png/negative"]


def test_sheets_come_from_csv_and_go_back(empty_project, tmp_path):
    take(empty_project, SAKURA)
    out = tmp_path / "csv"
    out.mkdir()
    for name, data in export_csv(empty_project):
        (out / name).write_bytes(data)
    other = ensure_project(slug="other")
    take(other, out / "characters.csv", out / "scenes.csv")
    miku, theirs = (read(project, d.CHARACTER, "miku") for project in (empty_project, other))
    assert miku.appearance == theirs.appearance
    changed = (out / "characters.csv").read_text().replace("1girl", "1other")
    (out / "characters.csv").write_text(changed)
    take(empty_project, out / "characters.csv", replace=True)
    after = read(empty_project, d.CHARACTER, "miku")
    assert (after.gender, after.looks, after.expressions) == ("1other", miku.looks, miku.expressions)


def test_looks_and_expressions_and_the_shots_that_wear_them_come_back_from_csv(empty_project, tmp_path):
    take(empty_project, SAKURA)
    miku = read(empty_project, d.CHARACTER, "miku")
    face = d.ExpressionDocument("shy", "Shy", (), (("eyes", ("closed_eyes",)), ("face", ())), base="gentle")
    miku = replace(miku, expressions=(*miku.expressions, face))
    save_document(project=empty_project, document=miku, editor=None)
    shot = read(empty_project, d.SHOT, "E01_SQ010_SH0010")
    worn = replace(shot.cast[0], look="no-glasses", expression="shy")
    save_document(project=empty_project, document=replace(shot, cast=(worn, *shot.cast[1:])), editor=None)
    out = write(tmp_path / "csv", export_csv(empty_project))
    other = ensure_project(slug="other")
    take(other, out)
    for kind, asset in ((d.CHARACTER, "miku"), (d.CHARACTER, "len"), (d.SHOT, "E01_SQ010_SH0010")):
        assert read(other, kind, asset) == read(empty_project, kind, asset)


def test_rows_of_looks_change_what_is_there_only_when_asked_and_name_whose_they_are(empty_project, tmp_path):
    take(empty_project, SAKURA)
    before = read(empty_project, d.CHARACTER, "miku")
    path = tmp_path / "looks.csv"
    path.write_text("character,slug,name,clothing\nmiku,summer,Beach,swimsuit\n")
    report = take(empty_project, path)
    assert read(empty_project, d.CHARACTER, "miku") == before
    assert [problem.field for problem in report.warnings] == ["looks.csv/line 2"]
    take(empty_project, path, replace=True)
    after = read(empty_project, d.CHARACTER, "miku")
    assert after.look("summer") == d.LookDocument("summer", "Beach", (("clothing", ("swimsuit",)),))
    assert after.look("no-glasses") == before.look("no-glasses")
    path.write_text("character,slug,cleared\nnobody,summer,hair\nmiku,bare,hat\n")
    with pytest.raises(InvalidDocumentError) as refused:
        take(empty_project, path, replace=True)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["looks.csv/line 2/character", "looks.csv/line 3/cleared"]


def write(folder, files):
    for name, data in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def prompts_of(project, dialect):
    return {name: data for name, data in export_prompts(project) if f"/{dialect}/" in name}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_exported_prompts_come_back_with_their_negative_in_the_dialect_of_the_project(sakura, alice, tmp_path, dialect):
    shot = replace(read(sakura, d.SHOT, "E01_SQ010_SH0010"), negative=("lowres", "bad_(anatomy)"))
    save_document(project=sakura, document=shot, editor=alice)
    commit_assets(project=sakura, assets=[(d.SHOT, shot.code)], message="Exclude", author=alice)
    out = write(tmp_path / "out", export_prompts(sakura))
    other = ensure_project(slug="other", owner=alice)
    Project.objects.filter(pk=other.pk).update(default_dialect=dialect)
    other.refresh_from_db()
    report = take(other, out, message="From prompts")
    assert [asset for _, (kind, asset) in report.assets if kind == d.SHOT] == [shot.code]
    wanted = prompts_of(sakura, dialect)
    assert len(wanted) == 2
    assert prompts_of(other, dialect) == wanted
    left = [problem for problem in report.warnings if problem.code == "import.dialect"]
    assert [f"/{dialect}/" in problem.message and f"/{dialect}/" not in problem.field for problem in left] == [True]


def test_a_negative_prompt_without_its_prompt_is_refused(empty_project, folder):
    place = folder / "prompts" / "brand_x"
    (place / "logo_v3.negative.xml").write_text("<danbooru_tags>lowres</danbooru_tags>\n")
    (place / "logo_v1.negative.xml").write_text(PROMPT)
    with pytest.raises(InvalidDocumentError) as refused:
        take(empty_project, folder)
    found = {problem.code: problem.field for problem in refused.value.problems}
    assert found["import.negative"] == "in/prompts/brand_x/logo_v3.negative.xml"
    assert "logo_v1.negative.xml" in found["prompt.negative"]


def test_two_documents_of_one_asset_in_a_call_are_both_named(empty_project, tmp_path):
    data = (SAKURA / "characters" / "miku.xml").read_bytes()
    tree = write(
        tmp_path / "tree",
        [("v001/miku.xml", data), ("v002/miku.xml", data.replace(b"1girl", b"1other")), ("v003/miku.xml", data)],
    )
    for options in ({}, {"replace": True}):
        with pytest.raises(InvalidDocumentError) as refused:
            take(empty_project, tree, **options)
        (problem,) = refused.value.problems
        assert (problem.code, problem.field) == ("import.twice", "tree/v002/miku.xml")
        assert "tree/v001/miku.xml" in problem.message
        assert "--versions" in problem.message
    assert not CharacterSheet.objects.exists()


def test_files_of_one_name_in_two_folders_are_both_read(empty_project, tmp_path):
    paths = [tmp_path / "a" / "logo.xml", tmp_path / "b" / "logo.xml"]
    write(tmp_path, [("a/logo.xml", PROMPT.encode()), ("b/logo.xml", PROMPT.replace("park", "beach").encode())])
    report = take(empty_project, *paths)
    assert len([name for name, (kind, _) in report.assets if kind == d.SHOT]) == 2


def test_a_stranger_imports_nothing_and_a_viewer_neither(empty_project, folder, charlie):
    with pytest.raises(NotAllowedError):
        take(empty_project, folder, editor=charlie)
    assert not CharacterSheet.objects.exists()


@pytest.mark.parametrize("kind", ["missing", "empty folder", "link", "pipe"])
def test_what_is_no_file_is_refused_in_words(empty_project, tmp_path, kind):
    path = tmp_path / "x.xml"
    match kind:
        case "empty folder":
            path.mkdir()
        case "link":
            path.symlink_to("/etc/hostname")
        case "pipe":
            os.mkfifo(path)
    with pytest.raises((UnknownError, InvalidDocumentError), match="x.xml"):
        take(empty_project, path)


@pytest.mark.django_db(transaction=True)
def test_the_commands_export_and_import_again(empty_project, tmp_path):
    out = io.StringIO()
    call_command("import_library", "sakura", str(SAKURA), message="First sheets", stdout=out)
    assert "4 versions in" in out.getvalue()
    call_command("export_library", "sakura", str(tmp_path / "all"), state="all", stdout=out)
    call_command("import_library", "other", str(tmp_path / "all"), versions=True, create=True, stdout=out)
    assert "4 versions committed" in out.getvalue()
    other = ensure_project(slug="other")
    assert dict(export_documents(other)) == dict(export_documents(empty_project))
    assert dict(export_prompts(other)) == dict(export_prompts(empty_project))
    assert Version.objects.filter(project=other).count() == 4
    with pytest.raises(CommandError, match="new or empty"):
        call_command("export_library", "sakura", str(tmp_path / "all"), stdout=out)


@pytest.mark.django_db(transaction=True)
def test_the_command_lists_every_problem_with_its_file(empty_project, folder):
    (folder / "bad.xml").write_text("<poem/>")
    said = io.StringIO()
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_library", "sakura", str(folder), stdout=said, stderr=said)
    assert "in/bad.xml" in said.getvalue()
