"""An anchor vouches for branches and audit; whatever is rewritten afterwards contradicts it."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from ip_library.core.anchors import read_statement
from ip_library.models import Anchor, AuditEvent, Project
from ip_library.selectors.library import repository_path
from ip_library.selectors.verify import verify_project
from ip_library.services.anchors import anchor_project
from tests.conftest import no_audit_guard
from tests.ip_library.store.test_signatures import make_key

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
TRUST = Path(__file__).parents[3] / "docs" / "trust.md"


@pytest.fixture
def key(tmp_path, settings):
    settings.ANCHOR_KEY = make_key(tmp_path / "key")
    return settings.ANCHOR_KEY


@pytest.fixture
def anchored(sakura, key, change):
    """The sample project with an anchor, a commit, and another anchor."""
    anchor_project(project=sakura)
    change("character", "miku", lambda document: replace(document, name="Mik"))
    anchor_project(project=sakura)
    return sakura


@pytest.fixture
def no_guards(transactional_db):
    """Take away the triggers, as somebody with the database in their hands would; they come back afterwards."""
    with no_audit_guard():
        yield


def findings(project):
    return {(problem.code, problem.severity) for problem in verify_project(project)}


def test_an_anchor_states_heads_and_chain_and_is_committed_on_its_branch(anchored, git):
    project = Project.objects.get()
    first, second = Anchor.objects.order_by("pk")
    statement = read_statement(second.payload)
    assert statement.heads == {"main": project.main_head, "adhoc": "", "canon": ""}
    assert (statement.number, statement.previous) == (2, first.changeset.sha)
    event = AuditEvent.objects.get(sequence=statement.audit_sequence)
    assert (event.hash, event.action) == (statement.audit_hash, "commit")
    assert git.run("show", "anchors:anchor.json").stdout == second.payload.encode()
    assert git.run("show", "anchors:anchor.json.sig").stdout == second.signature.encode()
    assert AuditEvent.objects.first().after == {"number": 2, "commit": second.changeset.sha, "signer": second.signer}
    assert list(verify_project(project)) == []
    git.assert_clean()


def test_nothing_new_makes_no_anchor(anchored):
    assert anchor_project(project=anchored) is None
    assert Anchor.objects.count() == 2


def test_a_rewritten_audit_chain_contradicts_the_anchor(anchored, no_guards):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ip_library_auditevent SET actor_login = 'eve', hash = %s WHERE sequence = %s",
            ["e" * 64, read_statement(Anchor.objects.first().payload).audit_sequence],
        )
    assert ("verify.anchor", "error") in findings(anchored)


def test_a_tail_that_was_cut_off_contradicts_the_anchor_though_the_chain_is_whole(anchored, no_guards):
    stated = read_statement(Anchor.objects.first().payload).audit_sequence
    last = AuditEvent.objects.get(sequence=stated - 1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ip_library_auditevent WHERE sequence >= %s", [stated])
    Project.objects.update(audit_head=last.hash, audit_length=last.sequence)
    found = list(verify_project(anchored))
    assert {problem.code for problem in found} - {"audit.guard"} == {"verify.anchor"}
    assert "is not there now" in str(next(problem for problem in found if problem.code == "verify.anchor"))


def test_a_forged_payload_signature_or_signer_is_found(anchored, tmp_path, settings):
    rows = Anchor.objects.order_by("pk").values_list("pk", "payload", "signature")
    (first, payload, signature), (_, _, other) = rows
    forge(first, signature=other)
    assert {"verify.sha", "verify.anchor"} <= {code for code, _ in findings(anchored)}
    forge(first, signature=signature, payload=payload.replace('"number":1', '"number":3'))
    assert {"verify.sha", "verify.anchor"} <= {code for code, _ in findings(anchored)}
    forge(first, payload=payload, signer="SHA256:" + "x" * 43)
    assert findings(anchored) == {("verify.anchor", "error")}


def test_an_anchor_of_another_key_does_not_hold(anchored, tmp_path, settings):
    settings.ANCHOR_KEY = make_key(tmp_path / "other")
    assert findings(anchored) == {("verify.anchor", "error")}


def test_without_signers_verify_says_that_it_checked_no_signature(anchored, settings):
    settings.ANCHOR_KEY = None
    (found,) = verify_project(anchored)
    assert (found.severity, found.field) == ("warning", "project/sakura/anchors")
    assert "not checked" in found.message


def test_a_key_that_the_signers_file_does_not_allow_signs_nothing(sakura, key, tmp_path, settings):
    settings.ANCHOR_SIGNERS = tmp_path / "signers"
    public = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    settings.ANCHOR_SIGNERS.write_text(f'settei namespaces="settei-anchor" {public}')
    with pytest.raises(CommandError, match="ssh-keygen refused"):
        call_command("anchor", "sakura")
    assert not Anchor.objects.exists()


@pytest.mark.parametrize("path", [None, "gone"])
def test_a_key_that_is_not_there_is_a_clear_error(sakura, path, settings, tmp_path, everything):
    settings.ANCHOR_KEY = tmp_path / path if path else None
    before = everything()
    with pytest.raises(CommandError, match="SETTEI_ANCHOR_KEY is not set" if path is None else "cannot|can read"):
        call_command("anchor")
    assert everything() == before


def test_the_command_says_what_it_did(sakura, key, capsys):
    call_command("anchor")
    call_command("anchor", "sakura")
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"project sakura: anchor 1, commit [0-9a-f]{40}, signed by SHA256:\S{43}", first)
    assert second == "project sakura: nothing has happened since the last anchor"


@pytest.fixture
def audit(anchored, tmp_path, key):
    """Return a function that runs the commands of docs/trust.md on a fresh clone and a fresh export."""
    signers = tmp_path / "signers"
    signers.write_text(f'settei namespaces="settei-anchor" {key.with_suffix(".pub").read_text()}')
    (script,) = re.findall(r"```sh\n(.*?)```", TRUST.read_text(), re.DOTALL)

    def run(name):
        call_command("audit_export", "sakura", str(tmp_path / name / "export"), verbosity=0)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": os.devnull}
        environment |= {"REPOSITORY": str(repository_path(anchored)), "EXPORT": str(tmp_path / name / "export")}
        return subprocess.run(
            ["sh", "-e", "-c", script], cwd=tmp_path / name, env=environment | {"SIGNERS": str(signers)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_an_auditor_checks_with_plain_git_ssh_keygen_and_python(audit):
    done = audit("fresh")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('Good "settei-anchor" signature for settei') == 2
    assert done.stdout.endswith("every anchor holds\n")


def test_an_auditor_finds_a_branch_that_was_wound_back(audit, git):
    git("update-ref", "refs/heads/main", git("rev-parse", "main~1"))
    done = audit("wound")
    assert done.returncode
    assert "anchor 2: main no longer contains" in done.stderr


def test_an_auditor_finds_an_anchor_that_was_forged(audit, git):
    payload = json.loads(git("show", "anchors:anchor.json")) | {"number": 9}
    blob = git("hash-object", "-w", "--stdin", data=json.dumps(payload).encode())
    signature = git("rev-parse", "anchors:anchor.json.sig")
    listing = f"100644 blob {blob}\tanchor.json\n100644 blob {signature}\tanchor.json.sig\n"
    tree = git("mktree", data=listing.encode())
    who = {f"GIT_{role}_{part}": "e@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    git("update-ref", "refs/heads/anchors", git("commit-tree", tree, "-p", "anchors", "-m", "x", **who))
    done = audit("forged")
    assert done.returncode
    assert "every anchor holds" not in done.stdout


def forge(key, **values):
    assert Anchor.objects.filter(pk=key).exists()
    columns = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ip_library_anchor SET {columns} WHERE id = %s", [*values.values(), key])
