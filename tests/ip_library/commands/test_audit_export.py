"""``manage.py audit_export``: files that anybody verifies with plain Python, and that show every change of them."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ip_library.core.errors import NotAllowedError
from ip_library.models import AuditEvent, Membership, Project, Role
from ip_library.services.audit import EventData, record_events
from ip_library.services.audit_export import export_audit


@pytest.fixture
def project(empty_project, alice):
    """The sample project with ten events."""
    record_events(
        empty_project, alice, [EventData("edit", f"scene/sea-{number}", after={"name": "海"}) for number in range(9)]
    )
    return empty_project


@pytest.fixture
def folder(project, tmp_path, capsys):
    """An export of all of it."""
    call_command("audit_export", "sakura", tmp_path / "out")
    return tmp_path / "out"


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def verify(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier of the export where nothing of Settei can be imported."""
    command = [sys.executable, "-I", "-S", str(folder / "verify_audit.py"), str(folder / "events.jsonl"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={"PATH": os.environ["PATH"]})
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_an_export_verifies_with_plain_python_and_says_what_it_holds(folder, project):
    manifest, data = manifest_of(folder), (folder / "events.jsonl").read_bytes()
    said = f"events 1 to 10, head {manifest['head']}\nthe chain holds\n"
    assert verify(folder, "--head", manifest["head"], "--length", "10") == (0, said)
    assert manifest == {
        "project": "sakura", "first": 1, "last": 10, "count": 10, "previous": "",
        "head": AuditEvent.objects.get(project=project, sequence=10).hash, "sha256": sha256(data).hexdigest(),
    }  # fmt: skip
    first = json.loads(data.splitlines()[0])
    assert (first["action"], first["actor"], first["project"], first["sequence"]) == ("create", "alice", "sakura", 1)
    assert sorted(path.name for path in folder.iterdir()) == ["events.jsonl", "manifest.json", "verify_audit.py"]


def test_a_byte_that_was_flipped_is_found(folder):
    file = folder / "events.jsonl"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert verify(folder)[0] == 1


def test_a_tail_that_was_cut_off_is_found_with_the_head_of_the_manifest(folder):
    file = folder / "events.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-2]))
    status, said = verify(folder, "--head", manifest_of(folder)["head"])
    assert (status, "[tail]" in said) == (1, True)


def test_two_swapped_lines_are_found(folder):
    file = folder / "events.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    file.write_bytes(b"".join(lines))
    status, said = verify(folder)
    assert (status, "[order]" in said, "[chain]" in said) == (1, True, True)


def test_an_export_of_the_newer_events_follows_the_older_one(folder, project, tmp_path):
    call_command("audit_export", "sakura", tmp_path / "newer", since=11)
    older, newer = manifest_of(folder), manifest_of(tmp_path / "newer")
    assert (newer["previous"], newer["first"], newer["last"], newer["count"]) == (older["head"], 11, 11, 1)
    assert verify(tmp_path / "newer", "--head", newer["head"], "--length", "11")[0] == 1
    assert verify(tmp_path / "newer", "--first", "11", "--head", newer["head"], "--length", "11")[0] == 0
    both = (folder / "events.jsonl").read_bytes() + (tmp_path / "newer" / "events.jsonl").read_bytes()
    (folder / "events.jsonl").write_bytes(both)
    assert verify(folder, "--head", newer["head"])[0] == 0


@pytest.mark.parametrize("since", [1, 4])
def test_the_command_that_is_printed_verifies_what_was_exported(project, tmp_path, capsys, since):
    call_command("audit_export", "sakura", tmp_path / "out", since=since)
    printed = capsys.readouterr().out.splitlines()[-1].split()
    done = subprocess.run([sys.executable, *printed[1:]], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "the chain holds")
    assert printed[printed.index("--first") + 1] == str(since)


def test_only_who_may_read_the_audit_exports_it(project, tmp_path, bob):
    Membership.objects.filter(user=bob).delete()
    for role in (None, Role.VIEWER, Role.ARTIST):
        if role:
            Membership.objects.update_or_create(project=project, user=bob, defaults={"role": role})
        with pytest.raises(NotAllowedError, match="read the audit"):
            export_audit(project=project, folder=tmp_path / "out", actor=bob)
    assert not (tmp_path / "out").exists()
    assert AuditEvent.objects.filter(project=project, actor=bob, outcome="refused").count() == 3
    Membership.objects.filter(user=bob).update(role=Role.AUDITOR)
    assert export_audit(project=project, folder=tmp_path / "out", actor=bob).count == 13


def test_the_export_itself_is_an_event(folder, project):
    event = AuditEvent.objects.filter(project=project).first()
    assert (event.action, event.sequence, event.after["head"]) == ("export audit", 11, manifest_of(folder)["head"])


def test_nothing_is_overwritten(folder):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(CommandError, match="without events.jsonl"):
        call_command("audit_export", "sakura", folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(("since", "part"), [(0, "from 1 to 10"), (12, "from 1 to 10"), (-1, "from 1 to 10")])
def test_a_beginning_that_does_not_exist_is_refused(project, tmp_path, since, part):
    with pytest.raises(CommandError, match=part):
        call_command("audit_export", "sakura", tmp_path / "out", since=since)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_clear_line(project, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("audit_export", "sakura", tmp_path / "file" / "out")


def test_a_chain_that_does_not_hold_is_not_exported(project, tmp_path):
    Project.objects.filter(pk=project.pk).update(audit_head="f" * 64)
    with pytest.raises(CommandError, match="run `manage.py verify`"):
        call_command("audit_export", "sakura", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
