"""Ad-hoc prompts: committed before they are rendered, once for the same bytes, on a branch of their own."""

import pytest

from ip_library.core.canonical import digest
from ip_library.core.errors import InvalidDocumentError, LibraryError, NotAllowedError
from ip_library.core.paths import adhoc_path
from ip_library.models import AuditEvent, Changeset, Membership, PromptRevision, Role
from ip_library.selectors.library import store_of
from ip_library.selectors.verify import verify_project
from ip_library.services.adhoc import commit_adhoc
from tests.data.documents import golden

pytestmark = pytest.mark.django_db(transaction=True)
PROMPT = golden("prompt.scene.xml")


def test_a_prompt_is_committed_byte_for_byte_on_its_own_branch(sakura, bob, git):
    prompt = commit_adhoc(project=sakura, data=PROMPT, author=bob)
    sha256 = digest(PROMPT)
    assert (prompt.path, prompt.sha256, prompt.version) == (f"adhoc/{sha256[:2]}/{sha256}.xml", sha256, None)
    assert prompt.dialect == "scene"
    assert git.run("show", f"{prompt.changeset.sha}:{prompt.path}").stdout == PROMPT
    assert git("rev-parse", "adhoc") == prompt.changeset.sha
    assert git("log", "--format=%an", "adhoc") == "Bob"
    assert store_of(sakura).head("main") == Changeset.objects.get(branch="main").sha
    event = AuditEvent.objects.first()
    assert (event.action, event.actor_login, event.subject) == ("commit prompt", "bob", prompt.path)
    assert event.after == {"commit": prompt.changeset.sha, "dialect": "scene"}
    assert not list(verify_project(sakura))


def test_the_same_bytes_make_no_second_commit(sakura, bob, alice, everything):
    first = commit_adhoc(project=sakura, data=PROMPT, author=bob)
    before = everything()
    assert commit_adhoc(project=sakura, data=PROMPT, author=alice) == first
    assert everything() == before


def test_one_more_byte_is_another_prompt(sakura, bob, git):
    shas = [commit_adhoc(project=sakura, data=PROMPT + b"\n" * n, author=bob).changeset.sha for n in range(3)]
    assert git("rev-list", "--reverse", "adhoc").split() == shas
    assert Changeset.objects.filter(branch="adhoc").count() == 3
    git.assert_clean()


def test_each_project_has_its_own_copy(sakura, bob, charlie):
    other = charlie.memberships.get().project
    commit_adhoc(project=sakura, data=PROMPT, author=bob)
    commit_adhoc(project=other, data=PROMPT, author=charlie)
    assert PromptRevision.objects.filter(version=None, sha256=digest(PROMPT)).count() == 2
    assert not list(verify_project(other))


@pytest.mark.parametrize(
    "data",
    [b"", b"<scene>", b"\xff", b"<!DOCTYPE a><scene/>", PROMPT.replace(b"x:0.5", b"x:1.5"), b"<poem>a</poem>", b"x" * 300_000],
    ids=range(7),
)  # fmt: skip
def test_an_invalid_prompt_is_refused_and_changes_nothing(sakura, bob, everything, data):
    before = everything()
    with pytest.raises(InvalidDocumentError, match="prompt: "):
        commit_adhoc(project=sakura, data=data, author=bob)
    assert everything() == before
    event = AuditEvent.objects.first()
    assert (event.action, event.outcome, event.subject) == ("commit prompt", "refused", adhoc_path(digest(data)))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_not_render_commits_no_prompt(sakura, bob, role):
    Membership.objects.filter(user=bob).update(role=role)
    with pytest.raises(NotAllowedError, match="bob may not render"):
        commit_adhoc(project=sakura, data=PROMPT, author=bob)
    assert not Changeset.objects.filter(branch="adhoc").exists()
    event = AuditEvent.objects.first()
    assert (event.action, event.outcome, event.reason) == ("render", "refused", "bob may not render in project sakura")


def test_a_prompt_that_cannot_be_written_leaves_no_row(empty_project, bob, library, everything):
    (library / "repositories").write_bytes(b"a file")
    before = everything()
    with pytest.raises(LibraryError):
        commit_adhoc(project=empty_project, data=PROMPT, author=bob)
    assert everything() == before
