"""A mirror follows, and a refusal is told everywhere: exit status, log, audit, and the project's page."""

import logging
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from ip_library.models import AuditEvent
from ip_library.selectors.mirrors import last_push
from ip_library.services.mirrors import push_project
from tests.ip_library.store.conftest import Git


@pytest.fixture
def mirror(sakura, settings, tmp_path):
    """Where the mirror of the sample project lies."""
    settings.MIRROR = f"{tmp_path}/mirrors/{{project}}.git"
    return tmp_path / "mirrors" / "sakura.git"


@pytest.fixture
def rewritten(sakura, mirror):
    """A mirror that somebody wrote into."""
    push_project(project=sakura)
    git = Git(mirror)
    who = {f"GIT_{role}_{part}": "e@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    git("update-ref", "refs/heads/main", git("commit-tree", "main^{tree}", "-m", "other", **who))
    return mirror


def test_the_mirror_follows_and_says_so_once(sakura, mirror, git, change, capsys):
    call_command("mirror")
    call_command("mirror", "sakura")
    change("character", "miku", lambda document: replace(document, name="Mik"))
    call_command("mirror")
    out = capsys.readouterr().out.splitlines()
    assert out == [f"project sakura: {what} to {mirror}" for what in ("main", "nothing new", "main")]
    assert Git(mirror)("rev-parse", "main") == git("rev-parse", "main")
    events = AuditEvent.objects.filter(action="mirror")
    assert [(event.outcome, event.after["moved"]) for event in events] == [("done", ["main"])] * 2


def test_a_refusal_is_an_alarm(sakura, rewritten, capsys, caplog):
    before = Git(rewritten)("rev-parse", "main")
    with caplog.at_level(logging.ERROR), pytest.raises(SystemExit) as stopped:
        call_command("mirror")
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "ALARM: the mirror" in said
    assert "Do not force it" in said
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    event = last_push(sakura)
    assert (event.outcome, event.after["alarm"]) == ("refused", True)
    assert "main" in event.reason
    assert Git(rewritten)("rev-parse", "main") == before


def test_the_same_refusal_is_recorded_once(sakura, rewritten):
    for _ in range(3):
        assert push_project(project=sakura).alarm
    assert AuditEvent.objects.filter(action="mirror").count() == 2


def test_a_mirror_that_cannot_be_reached_is_no_alarm_but_fails(sakura, mirror, capsys):
    mirror.parent.mkdir()
    mirror.write_bytes(b"a file")
    with pytest.raises(SystemExit):
        call_command("mirror")
    assert "could not be reached" in capsys.readouterr().err
    assert last_push(sakura).after["alarm"] is False


def test_without_a_mirror_it_says_how_to_set_one(sakura, settings):
    settings.MIRROR = ""
    with pytest.raises(CommandError, match=r"SETTEI_MIRROR is '', but it must be set: https://git.studio.example"):
        call_command("mirror")


def test_the_projects_page_shows_a_refusal_in_red_until_a_push_succeeds(sakura, rewritten, client, alice):
    alice.is_staff = True
    alice.save()
    client.force_login(alice)
    page = reverse("admin:ip_library_project_change", args=[sakura.pk])
    assert "mirror" not in client.get(page).content.decode()
    push_project(project=sakura)
    shown = client.get(page).content.decode()
    assert '<li class="error">ALARM: the last push to the mirror did not succeed' in shown
    rewritten.rename(rewritten.with_name("evidence.git"))
    assert not push_project(project=sakura).problem
    assert "did not succeed" not in client.get(page).content.decode()
