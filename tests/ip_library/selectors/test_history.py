"""Who introduced what: read from the versions alone."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.models import Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.history import blame, changes_in
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document

pytestmark = pytest.mark.django_db(transaction=True)


def commit_clothing(project, author, *clothing, message):
    document = read_draft(get_draft(project, d.CHARACTER, "miku"))
    appearance = replace(document.appearance, clothing=clothing)
    save_document(project=project, document=replace(document, appearance=appearance), editor=author)
    (version,) = commit_assets(project=project, assets=[(d.CHARACTER, "miku")], message=message, author=author).versions
    return version


def origin(version, value):
    (found,) = [item for item in blame(version) if item.value == value]
    return found.version.label, found.version.changeset.author_login, found.version.changeset.message


def test_each_part_is_blamed_on_the_version_that_introduced_it(sakura, alice, bob):
    commit_clothing(sakura, bob, "red_school_uniform", "scarf", message="It is cold")
    last = commit_clothing(sakura, alice, "scarf", "winter_coat", message="Winter")
    assert origin(last, "round_glasses") == ("v001", "alice", "First sheets")
    assert origin(last, "scarf") == ("v002", "bob", "It is cold")
    assert origin(last, "winter_coat") == ("v003", "alice", "Winter")
    assert "red_school_uniform" not in {item.value for item in blame(last)}


def test_a_part_that_came_back_is_blamed_on_the_version_that_brought_it_back(sakura, alice):
    commit_clothing(sakura, alice, "swimsuit", message="Beach")
    back = commit_clothing(sakura, alice, "red_school_uniform", message="School again")
    assert origin(back, "red_school_uniform") == ("v003", "alice", "School again")


def test_an_older_version_is_blamed_as_it_was(sakura, alice):
    commit_clothing(sakura, alice, "swimsuit", message="Beach")
    first = Version.objects.get(project=sakura, asset="miku", number=1)
    assert origin(first, "red_school_uniform")[0] == "v001"
    assert "swimsuit" not in {item.value for item in blame(first)}


def test_a_version_says_what_it_changed_by_field_and_tag(sakura, alice):
    second = commit_clothing(sakura, alice, "red_school_uniform", "scarf", message="Cold")
    assert [str(change) for change in changes_in(second)] == ["clothing: + scarf"]
    first = Version.objects.get(project=sakura, asset="miku", number=1)
    assert "hair: + blue_hair" in [str(change) for change in changes_in(first)]
