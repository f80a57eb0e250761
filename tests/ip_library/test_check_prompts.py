"""``manage.py check_prompts``: its JSON, its exit codes, and that bad files never end in a traceback."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
GOOD = """<character_1>
  <n>miku</n>
  <gender>1girl</gender>
  <appearance>blue_hair</appearance>
  <pose>standing</pose>
  <position>x:0.5, y:0.7</position>
</character_1>
"""
WARNED = GOOD.replace("blue_hair", "blue_hair, blue_hair")
BAD = GOOD.replace("x:0.5", "x:1.5")


def run(*arguments: object) -> tuple[int, str]:
    """Return the exit code and what was printed."""
    out = io.StringIO()
    try:
        call_command("check_prompts", *map(str, arguments), stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def files(tmp_path):
    for name, text in (("good.xml", GOOD), ("warned.xml", WARNED), ("bad.xml", BAD)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_json_holds_exactly_the_agreed_keys(files):
    code, out = run(files / "good.xml", files / "bad.xml", "--json")
    assert code == 1
    assert json.loads(out) == [
        {"file": str(files / "good.xml"), "ok": True, "dialect": "scene", "problems": []},
        {
            "file": str(files / "bad.xml"),
            "ok": False,
            "dialect": "scene",
            "problems": [
                {
                    "code": "position.range",
                    "severity": "error",
                    "field": "character_1/position",
                    "message": "x is 1.5, it must be from 0 to 1",
                }
            ],
        },
    ]


def test_good_files_and_warnings_exit_with_zero(files):
    code, out = run(files / "good.xml", files / "warned.xml", "--json")
    assert code == 0
    assert [row["ok"] for row in json.loads(out)] == [True, True]
    assert [problem["severity"] for problem in json.loads(out)[1]["problems"]] == ["warning"]


def test_people_read_one_line_a_file_one_a_finding_and_a_count(files):
    code, out = run(files)
    assert code == 1
    assert out.splitlines() == [
        f"{files / 'bad.xml'}: not ok (scene, 1 error)",
        "  error: character_1/position: x is 1.5, it must be from 0 to 1  [position.range]",
        f"{files / 'good.xml'}: ok (scene)",
        f"{files / 'warned.xml'}: ok (scene, 1 warning)",
        "  warning: character_1/appearance: 'blue_hair' stands there 2 times  [tag.twice]",
        "3 files checked: 2 ok, 1 not ok",
    ]


def test_a_folder_is_searched_to_its_depths(files):
    (files / "E01" / "SQ010").mkdir(parents=True)
    (files / "E01" / "SQ010" / "SH0010.xml").write_text(GOOD)
    (files / "E01" / "notes.txt").write_text("no prompt")
    code, out = run(files / "E01", "--json")
    assert code == 0
    assert [row["file"] for row in json.loads(out)] == [str(files / "E01" / "SQ010" / "SH0010.xml")]


def unreadable(files: Path) -> list[Path]:
    (files / "empty").mkdir()
    os.mkfifo(files / "pipe.xml")
    (files / "dangling.xml").symlink_to("nowhere")
    (files / "loop.xml").symlink_to("loop.xml")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(files / "s.xml"))
    names = ("missing.xml", "empty", "pipe.xml", "dangling.xml", "loop.xml", "s.xml", "good.xml/inside.xml", "n" * 300)
    return [files / name for name in names]


def test_what_cannot_be_read_is_a_finding_of_that_file_and_the_others_are_still_checked(files):
    bad = unreadable(files)
    code, out = run(*bad, files / "good.xml", "--json")
    rows = json.loads(out)
    assert code == 1
    assert [row["file"] for row in rows] == [str(path) for path in (*bad, files / "good.xml")]
    assert [row["ok"] for row in rows] == [False] * len(bad) + [True]
    for row in rows[:-1]:
        assert [problem["code"] for problem in row["problems"]] == ["file.unreadable"], row
        assert row["dialect"] is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_finding(files):
    (files / "good.xml").chmod(0)
    code, out = run(files / "good.xml", "--json")
    assert (code, json.loads(out)[0]["problems"][0]["code"]) == (1, "file.unreadable")


def test_what_a_folder_holds_but_cannot_give_is_not_passed_over(files):
    bad = unreadable(files)[2:6]
    code, out = run(files, "--json")
    found = {row["file"]: [problem["code"] for problem in row["problems"]] for row in json.loads(out)}
    assert code == 1
    assert all(found[str(path)] == ["file.unreadable"] for path in bad)
    assert found[str(files / "good.xml")] == []


def test_hostile_bytes_are_findings(files):
    for number, data in enumerate(
        (b"\xff\xfe", b"", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;", b"\x00")
    ):
        (files / f"{number}.xml").write_bytes(data)
    code, out = run(*(files / f"{number}.xml" for number in range(4)), "--json")
    assert code == 1
    assert {row["problems"][0]["code"] for row in json.loads(out)} == {"xml.refused"}
    assert "root:" not in out


def test_a_call_without_files_is_a_mistake_of_usage():
    with pytest.raises(CommandError, match="FILE"):
        call_command("check_prompts")


def test_on_the_command_line_usage_is_2_a_bad_file_1_and_standard_output_pure_json(files):
    def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "check_prompts", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert manage().returncode == 2
    name = os.fsdecode(os.fsencode(str(files)) + b"/\xff.xml")
    Path(name).write_text(BAD)
    done = manage(name, "--json")
    assert (done.returncode, json.loads(done.stdout)[0]["file"]) == (1, name)
    done = manage(name)
    assert done.returncode == 1
    assert "1 file checked: 0 ok, 1 not ok" in done.stdout
    assert "Traceback" not in done.stderr
