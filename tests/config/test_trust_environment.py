"""Where mirrors are and which key signs is the administrator's word, and a wrong one stops the start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

GOOD = [
    "",
    "https://git.studio.example/{project}.git",
    "https://git.studio.example:8443/anime/settei-{project}.git",
    "/mnt/mirror/{project}.git",
    "/mnt/mirror/{project}/library",
]
BAD = [
    "http://git.studio.example/{project}.git",
    "HTTPS://git.studio.example/{project}.git",
    "ssh://git.studio.example/{project}.git",
    "git@git.studio.example:{project}.git",
    "git://git.studio.example/{project}.git",
    "file:///mnt/{project}.git",
    "ext::sh -c id {project}",
    "https:///{project}.git",
    "https://{project}.studio.example/x.git",
    "https://git.studio.example/x.git",
    "https://git.studio.example/{project}/{project}.git",
    "https://git.studio.example/{other}/{project}.git",
    "https://git.studio.example:none/{project}.git",
    "https://git.studio.example/{project}.git?x=1",
    "https://git.studio.example/{project}.git#x",
    "https://git.studio.example/../{project}.git",
    "https://git.studio.example/{project}.git\n--force",
    "mirror/{project}.git",
    "../{project}.git",
    "~/{project}.git",
    "--exec=x{project}",
    "/mnt/../etc/{project}.git",
    "/mnt/mirror",
    "/mnt/mirror with blanks/{project}.git",
    "//host/{project}.git",
]


@pytest.mark.parametrize("value", GOOD)
def test_an_https_address_or_a_full_path_is_a_mirror(value, monkeypatch):
    monkeypatch.setenv("SETTEI_MIRROR", value)
    assert environment.mirror("SETTEI_MIRROR") == value


@pytest.mark.parametrize("value", BAD)
def test_anything_else_stops_the_start_and_says_what_to_write(value, monkeypatch):
    monkeypatch.setenv("SETTEI_MIRROR", value)
    with pytest.raises(
        ImproperlyConfigured, match=r"SETTEI_MIRROR .*must be https://git.studio.example/\{project\}.git"
    ):
        environment.mirror("SETTEI_MIRROR")


@pytest.mark.parametrize("user", ["alice:s3cret@", "s3cret@", ":s3cret@"])
def test_credentials_in_the_address_are_refused_and_not_repeated(user, monkeypatch):
    for scheme in ("https", "http"):
        monkeypatch.setenv("SETTEI_MIRROR", f"{scheme}://{user}git.studio.example/{{project}}.git")
        with pytest.raises(ImproperlyConfigured) as refused:
            environment.mirror("SETTEI_MIRROR")
        assert "s3cret" not in str(refused.value)


def test_a_token_is_one_word_and_never_repeated(monkeypatch):
    monkeypatch.delenv("SETTEI_MIRROR_TOKEN", raising=False)
    assert environment.token("SETTEI_MIRROR_TOKEN") == ""
    monkeypatch.setenv("SETTEI_MIRROR_TOKEN", "glpat-abc_123")
    assert environment.token("SETTEI_MIRROR_TOKEN") == "glpat-abc_123"
    for value in ("two words", "line\nfeed", "tékn"):
        monkeypatch.setenv("SETTEI_MIRROR_TOKEN", value)
        with pytest.raises(ImproperlyConfigured) as refused:
            environment.token("SETTEI_MIRROR_TOKEN")
        assert value not in str(refused.value)


def test_a_key_is_named_by_its_full_path(monkeypatch):
    monkeypatch.setenv("SETTEI_ANCHOR_KEY", "")
    assert environment.file("SETTEI_ANCHOR_KEY") is None
    monkeypatch.setenv("SETTEI_ANCHOR_KEY", "/etc/settei/anchor")
    assert environment.file("SETTEI_ANCHOR_KEY") == Path("/etc/settei/anchor")
    monkeypatch.setenv("SETTEI_ANCHOR_KEY", "anchor")
    with pytest.raises(ImproperlyConfigured, match="full path of a file"):
        environment.file("SETTEI_ANCHOR_KEY")
