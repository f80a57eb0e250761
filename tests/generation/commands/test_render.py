import json
import subprocess

import pytest
from django.core.management.base import CommandError
from PIL import Image as Pictures

from generation.models import Image, RenderJob
from generation.storage import image_store
from ip_library.models import Changeset, Project
from ip_library.selectors.library import repository_path

PROMPT = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair, long_twintails</appearance>
  <position>x:0.5, y:0.7</position>
</character_1>

<scene>
  <background>cherry_blossom_tree</background>
</scene>
"""


@pytest.fixture
def file(tmp_path, transactional_db):
    """A prompt file."""
    path = tmp_path / "prompt.xml"
    path.write_text(PROMPT)
    return path


def test_a_prompt_file_becomes_a_picture_whose_prompt_is_in_git(run, file, tmp_path):
    out = tmp_path / "out.png"
    said = run("render", file, "-o", out, "--size", "256x192", "--seed", "7", "--steps", "3")
    with Pictures.open(out) as image:
        assert image.size == (256, 192)
    row = Image.objects.get()
    assert out.read_bytes() == image_store().read(row.sha256)
    assert (row.seed, row.recipe["steps"], row.project.slug) == (7, 3, "sandbox")
    assert f"sandbox@{row.prompt.changeset.sha} adhoc/" in said
    shown = subprocess.run(
        ["git", "--git-dir", repository_path(row.project), "show", f"{row.prompt.changeset.sha}:{row.prompt.path}"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert shown == file.read_bytes()
    found = json.loads(run("lineage", out, "--json"))
    assert (found["found_by"], found["versions"]) == ("file", [])


def test_the_same_prompt_makes_no_second_commit(run, file, tmp_path):
    for name in ("a.png", "b.png"):
        run("render", file, "-o", tmp_path / name, "--size", "64x64")
    assert Changeset.objects.count() == 1
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_an_existing_picture_is_replaced_whole(run, file, tmp_path):
    out = tmp_path / "out.png"
    out.write_bytes(b"old")
    run("render", file, "-o", out, "--size", "64x64")
    assert out.read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["out.png", "prompt.xml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "{folder}/no/out.png"], "does not exist"),
        (["-o", "{folder}"], "end in .png"),
        (["-o", "{folder}/out.jpg"], "end in .png"),
        (["-o", "{folder}/out.png", "--size", "100x100"], "multiple of 16"),
        (["-o", "{folder}/out.png", "--size", "huge"], "WIDTHxHEIGHT"),
        (["-o", "{folder}/out.png", "--steps", "0"], "steps"),
        (["-o", "{folder}/out.png", "--steps", "201"], "steps"),
        (["-o", "{folder}/out.png", "--seed", "-1"], "seed"),
        (["-o", "{folder}/out.png", "--engine", "dall-e"], "engines: "),
        (["-o", "{folder}/out.png", "--project", "Bad Name"], "Bad Name"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_written(run, file, tmp_path, arguments, said):
    with pytest.raises(CommandError, match=said):
        run("render", file, *(argument.format(folder=tmp_path) for argument in arguments))
    assert (Project.objects.count(), Changeset.objects.count(), RenderJob.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "text", ["", "not xml", "<scene><background>a", "<!DOCTYPE x><scene/>", "<wizard>hat</wizard>\n", "\x00"]
)
def test_a_bad_prompt_is_refused_before_anything_is_written(run, file, tmp_path, text):
    file.write_text(text)
    with pytest.raises(CommandError):
        run("render", file, "-o", tmp_path / "out.png")
    assert (Project.objects.count(), Changeset.objects.count()) == (0, 0)
    assert not (tmp_path / "out.png").exists()


def test_a_missing_prompt_file_is_one_line(run, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run("render", tmp_path / "none.xml", "-o", tmp_path / "out.png")


def test_a_render_that_fails_says_why_and_writes_no_file(run, file, tmp_path):
    with pytest.raises(CommandError, match="the weights are not the pinned ones"):
        run("render", file, "-o", tmp_path / "out.png", "--engine", "broken")
    assert not (tmp_path / "out.png").exists()
