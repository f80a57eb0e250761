import json

import pytest

from generation.core.claim import BLOCK_BYTES, read_block
from generation.core.errors import LineageRefusedError
from generation.core.lineage import Environment, make_block, make_recipe, request_of, write_block
from generation.core.request import RenderRequest

REQUEST = RenderRequest(
    project="sakura", commit="a" * 40, path="prompts/scene/E01/SQ010/SH0010.xml", prompt_sha256="b" * 64, dialect="scene",
    engine="previz", width=64, height=64, steps=1, guidance=4.5, scheduler="none", seeds=(5, 6),
)  # fmt: skip
VERSIONS = [{"kind": "character", "asset": "miku", "version": 1, "commit": "a" * 40}]


def block():
    environment = Environment("uint8", "cpu", 1, {"pillow": "13.0.0"})
    recipe = make_recipe(REQUEST, index=1, kind="previz", engine_digest="c" * 64, environment=environment)
    return make_block(recipe, pixels_sha256="d" * 64, versions=VERSIONS)


def changed(path, value):
    changed = json.loads(write_block(block()))
    *folders, name = path.split("/")
    level = changed
    for folder in folders:
        level = level[int(folder) if isinstance(level, list) else folder]
    level[int(name) if isinstance(level, list) else name] = value
    return json.dumps(changed)


def test_a_recipe_gives_its_request_back():
    assert request_of(json.loads(json.dumps(block()["recipe"]))) == REQUEST


def test_a_recipe_says_all_that_decides_the_pixels_and_nothing_that_does_not():
    recipe = block()["recipe"]
    assert recipe["seed"] == 6
    assert recipe["batch_size"] == 2
    assert not {"job", "attempt", "worker", "take", "created_at"} & recipe.keys()


def test_a_block_is_read_as_it_was_written():
    claim = read_block(write_block(block()))
    assert (claim.project, claim.commit, claim.pixels_sha256) == ("sakura", "a" * 40, "d" * 64)
    assert [*claim.versions] == VERSIONS
    assert claim.recipe == block()["recipe"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("settei", 2), ("settei", True), ("extra", 1), ("image/kind", "art"), ("image/pixels_sha256", "D" * 64),
        ("prompt/project", "../../etc"), ("prompt/project", "Sakura"), ("prompt/commit", "HEAD"),
        ("prompt/path", "../x.xml"), ("prompt/path", "/etc/passwd.xml"), ("prompt/path", "-x.xml\n"),
        ("prompt/path", "a//b.xml"), ("prompt/dialect", "klingon"), ("prompt", []), ("versions", {}),
        ("versions", [VERSIONS[0]] * 65), ("versions/0/asset", "miku\u202e"), ("versions/0/asset", "\ud800"),
        ("versions/0/version", "1"), ("versions/0", None), ("recipe", None), ("recipe/steps", 1.5),
        ("recipe/steps", True), ("recipe/steps", 10**400), ("recipe/seeds", [5, 7]), ("recipe/seeds", "56"),
        ("recipe/seed", 5), ("recipe/index", 7), ("recipe/commit", "e" * 40), ("recipe/engine", "a\nb"),
        ("recipe/libraries", {"a": 1}), ("recipe/guidance", "4"), ("recipe/unknown", 1),
    ],
)  # fmt: skip
def test_a_block_that_breaks_the_format_is_refused(path, value):
    with pytest.raises(LineageRefusedError):
        read_block(changed(path, value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"settei": NaN}',
        "[" * 60_000,
        '{"settei":1,"settei":1}',
        "9" * 5000,
        " " * (BLOCK_BYTES + 1),
    ],
)
def test_what_is_no_block_is_refused(text):
    with pytest.raises(LineageRefusedError):
        read_block(text)


def test_a_block_that_lacks_a_key_is_refused():
    whole = json.loads(write_block(block()))
    del whole["recipe"]["dtype"]
    with pytest.raises(LineageRefusedError, match="dtype"):
        read_block(json.dumps(whole))
