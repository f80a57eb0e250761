"""The main job as a newcomer runs it: `manage.py demo`, from nothing, twice."""

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
LOCAL = re.compile(r"\('(127\.[0-9.]+|::1|localhost)'|^socket\.\w+ ('/|b?'\\x00|b'/|'(localhost|127\.))")


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "BROKER_URL"}},
        "SETTEI_VAR": str(folder / "var"),
        "SETTEI_SOCKET_LOG": str(folder / "sockets.log"),
        "PYTHONPATH": str(ROOT / "tests" / "flows" / "watch"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder after the demo ran, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "sockets.log").touch()
    done = manage(folder, "demo")
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def rows(folder: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(folder / "var" / "settei.sqlite3")) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        ours = [name for name in tables if name.startswith(("ip_library", "generation"))]
        return {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in ours}


def test_the_demo_prints_the_prompt_revision_and_where_everything_is(demo):
    folder, said = demo
    assert re.search(r"sakura@[0-9a-f]{40} prompts/scene/E01/SQ010/SH0010\.xml", said)
    images = sorted((folder / "var" / "media").rglob("*.png"))
    assert len(images) == 3
    for image in images:
        assert image.name in said
    (sheet,) = (folder / "var" / "demo").glob("*.png")
    assert sheet.name in said
    assert "make serve" in said


def test_a_second_demo_adds_nothing(demo):
    folder, _ = demo
    before = rows(folder)
    assert before["generation_image"] == 3
    again = manage(folder, "demo")
    assert again.returncode == 0, again.stderr
    assert rows(folder) == before


def test_every_image_comes_from_the_bytes_that_git_shows(demo):
    folder, _ = demo
    images = sorted((folder / "var" / "media").rglob("*.png"))
    for image in images:
        done = manage(folder, "lineage", str(image), "--json")
        assert done.returncode == 0, done.stderr
        lineage = json.loads(done.stdout)
        assert set(lineage) == {"image", "prompt", "versions", "waivers", "recipe", "found_by"}
        assert set(lineage["image"]) == {"sha256", "pixels_sha256", "kind"}
        assert lineage["image"]["sha256"] == hashlib.sha256(image.read_bytes()).hexdigest()
        assert lineage["image"]["kind"] == "previz"
        prompt = lineage["prompt"]
        assert set(prompt) == {"project", "repository", "commit", "path", "sha256", "dialect"}
        shown = subprocess.run(
            ["git", "--git-dir", prompt["repository"], "show", f"{prompt['commit']}:{prompt['path']}"],
            capture_output=True,
            check=True,
        ).stdout
        assert hashlib.sha256(shown).hexdigest() == prompt["sha256"] == lineage["recipe"]["prompt_sha256"]
        assert {(used["kind"], used["asset"]) for used in lineage["versions"]} == {
            ("shot", "E01_SQ010_SH0010"), ("character", "miku"), ("character", "len"), ("scene", "cherry-blossom")
        }  # fmt: skip
        for used in lineage["versions"]:
            assert set(used) == {"kind", "asset", "version", "commit", "author"}


def test_the_takes_differ_and_say_that_they_are_no_art(demo):
    folder, _ = demo
    pictures = [Image.open(path) for path in sorted((folder / "var" / "media").rglob("*.png"))]
    assert len({picture.tobytes() for picture in pictures}) == 3
    for picture in pictures:
        assert '"kind":"previz"' in "".join(str(text) for text in picture.text.values()).replace(" ", "")


def test_the_demo_leaves_a_library_that_verifies(demo):
    folder, _ = demo
    done = manage(folder, "verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    json.loads(done.stdout)


def test_the_demo_opens_no_socket_to_anything_but_this_machine(demo):
    folder, _ = demo
    asked = (folder / "sockets.log").read_text().splitlines()
    elsewhere = [line for line in asked if not LOCAL.search(line)]
    assert elsewhere == []


def test_the_socket_watch_notices_a_foreign_address(tmp_path):
    log = tmp_path / "sockets.log"
    program = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), timeout=0.01)\nexcept OSError: pass"
    environment = {**os.environ, "SETTEI_SOCKET_LOG": str(log), "PYTHONPATH": str(ROOT / "tests" / "flows" / "watch")}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert [line for line in log.read_text().splitlines() if not LOCAL.search(line)]
