import hashlib
import json
import subprocess
from datetime import UTC, datetime

import pytest
from django.core.management.base import CommandError
from PIL import Image as Pictures
from PIL.PngImagePlugin import PngInfo

from generation.core.embed import LINEAGE_KEY, pixel_digest
from generation.storage import image_store
from ip_library.models import Waiver, WaiverUse

KEYS = {
    "image": {"sha256", "pixels_sha256", "kind"},
    "prompt": {"project", "repository", "commit", "path", "sha256", "dialect"},
}


@pytest.fixture
def file(take):
    """The file of the take."""
    return image_store().path(take.sha256)


@pytest.fixture
def forge(take, file, tmp_path):
    """Make a picture of other pixels that claims a lineage; ``change`` works on the true one."""

    def forge(change=lambda block: None, *, text=None, image=None):
        image = image or Pictures.new("RGB", (64, 64), "red")
        if text is None:
            with Pictures.open(file) as true:
                block = json.loads(true.info[LINEAGE_KEY])
            block["image"]["pixels_sha256"] = pixel_digest(image)
            change(block)
            text = json.dumps(block)
        texts = PngInfo()
        texts.add_itxt(LINEAGE_KEY, text)
        path = tmp_path / "forged.png"
        image.save(path, pnginfo=texts)
        return path

    return forge


def test_a_kept_file_is_known_by_its_digest(run, file, take):
    found = json.loads(run("lineage", file, "--json"))
    assert set(found) == {"image", "prompt", "versions", "waivers", "recipe", "found_by"}
    assert {name: set(found[name]) for name in KEYS} == KEYS
    assert found["found_by"] == "file"
    assert found["image"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    shown = subprocess.run(
        ["git", "--git-dir", found["prompt"]["repository"], "show", f"{found['prompt']['commit']}:{found['prompt']['path']}"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert hashlib.sha256(shown).hexdigest() == found["prompt"]["sha256"] == found["recipe"]["prompt_sha256"]
    assert [(used["kind"], used["asset"], used["version"], used["author"]) for used in found["versions"]] == [
        ("shot", "E01_SQ010_SH0010", 1, "alice"), ("scene", "cherry-blossom", 1, "alice"),
        ("character", "miku", 1, "alice"), ("character", "len", 1, "alice"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), [("a.png", {}), ("a.webp", {"lossless": True})])
def test_a_picture_without_its_metadata_is_known_by_its_pixels(run, file, tmp_path, name, options):
    with Pictures.open(file) as image:
        image.info.clear()
        image.save(tmp_path / name, **options)
    found = json.loads(run("lineage", tmp_path / name, "--json"))
    assert found["found_by"] == "pixels"
    assert found["versions"]


def test_what_only_the_file_says_is_held_against_git(run, forge):
    found = json.loads(run("lineage", forge(), "--json"))
    assert set(found) == {"image", "prompt", "versions", "waivers", "recipe", "found_by"}
    assert {name: set(found[name]) for name in KEYS} == KEYS
    assert found["found_by"] == "embedded"
    assert found["versions"][0]["author"] == "alice"


def test_a_picture_of_another_library_is_told_as_not_checked(run, forge, caplog):
    def change(block):
        block["prompt"]["project"] = block["recipe"]["project"] = "elsewhere"

    found = json.loads(run("lineage", forge(change), "--json"))
    assert (found["found_by"], found["prompt"]["repository"]) == ("embedded", None)
    assert {used["author"] for used in found["versions"]} == {""}


def test_the_lineage_of_a_repainted_picture_is_told_as_that_of_the_picture_before(run, forge, take):
    def change(block):
        block["image"]["pixels_sha256"] = take.pixels_sha256

    path = forge(change)
    found = json.loads(run("lineage", path, "--json"))
    assert found["found_by"] == "altered"
    assert found["image"]["pixels_sha256"] != take.pixels_sha256


def lie(name, value):
    def change(block):
        key = {"sha256": "prompt_sha256"}.get(name, name)
        block["prompt"][name] = block["recipe"][key] = value

    return change


def other_version(block):
    block["versions"][2]["version"] = 7


@pytest.mark.parametrize(
    "change",
    [
        lie("sha256", "0" * 64),
        lie("commit", "0" * 40),
        lie("path", "prompts/scene/E01/SQ010/SH0099.xml"),
        other_version,
    ],
)
def test_a_false_claim_is_refused(run, forge, change):
    with pytest.raises(CommandError, match="is not true"):
        run("lineage", forge(change), "--json")


@pytest.mark.parametrize(
    "text", ["{}", "[" * 50_000, '{"settei": 1}', "x" * 100_000, "\u202e", '{"settei": "\\ud800"}']
)
def test_an_embedded_text_that_breaks_the_format_is_refused_in_one_line(run, forge, text):
    with pytest.raises(CommandError, match="embedded lineage") as refused:
        run("lineage", forge(text=text))
    assert len(str(refused.value)) < 500
    assert "\n" not in str(refused.value)


def test_an_unknown_picture_a_missing_file_and_no_picture_are_one_line_each(run, tmp_path, db):
    Pictures.new("RGB", (64, 64)).save(tmp_path / "plain.png")
    (tmp_path / "text.png").write_text("hello")
    for name, said in (
        ("plain.png", "no lineage"),
        ("text.png", "is none of"),
        ("none.png", "cannot be read"),
        (".", "must be a regular file"),
        ("/dev/zero", "must be a regular file"),
    ):
        with pytest.raises(CommandError, match=said):
            run("lineage", tmp_path / name)


def test_the_lineage_for_people_names_what_it_is_and_how_to_see_it(run, file):
    said = run("lineage", file)
    assert "previz: a blocking picture, no art" in said
    assert "git --git-dir" in said
    assert "character miku v001 by alice" in said


def test_the_lineage_for_people_and_for_scripts_names_the_waivers(run, file, take):
    waiver = Waiver.objects.create(
        project=take.project, kind="shot", asset="E01_SQ010_SH0010", character="miku", slot="hair", reason="A dream",
        author_login="alice", expires_at=datetime(2031, 5, 4, tzinfo=UTC),
    )  # fmt: skip
    assert "waived" not in run("lineage", file)
    WaiverUse.objects.create(version=take.prompt.version, waiver=waiver, message="cast/1/pose: red_hair")
    said = "waived    miku's hair for shot E01_SQ010_SH0010 v001, by alice until 2031-05-04: A dream"
    assert said in run("lineage", file).splitlines()
    assert json.loads(run("lineage", file, "--json"))["waivers"] == [
        {
            "kind": "shot", "asset": "E01_SQ010_SH0010", "version": 1, "character": "miku", "slot": "hair",
            "author": "alice", "reason": "A dream", "until": "2031-05-04", "waived": "cast/1/pose: red_hair",
        }
    ]  # fmt: skip


def test_what_only_the_file_says_is_told_with_the_waivers_that_the_library_knows(run, forge, take):
    waiver = Waiver.objects.create(
        project=take.project, kind="shot", asset="E01_SQ010_SH0010", character="miku", slot="hair", reason="A dream",
        author_login="alice", expires_at=datetime(2031, 5, 4, tzinfo=UTC),
    )  # fmt: skip
    WaiverUse.objects.create(version=take.prompt.version, waiver=waiver, message="cast/1/pose: red_hair")
    found = json.loads(run("lineage", forge(), "--json"))
    assert (found["found_by"], len(found["waivers"])) == ("embedded", 1)
