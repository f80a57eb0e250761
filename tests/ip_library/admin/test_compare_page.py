"""Any two versions of an asset, and a draft with its canon, are compared on a page of their own."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages

from ip_library.models import CharacterSheet, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/ip_library/version/"
PAGE = f"{LIST}compare/"
MIKU = ("character", "miku")


@pytest.fixture
def rename(sakura, alice):
    """Return a function that gives Miku another name, and commits it."""

    def act(name, *, commit=True):
        document = replace(read_draft(get_draft(sakura, *MIKU)), name=name)
        save_document(project=sakura, document=document, editor=alice)
        if commit:
            commit_assets(project=sakura, assets=[MIKU], message=f"Call her {name}", author=alice)

    return act


@pytest.fixture
def renamed(rename):
    """Miku in three versions."""
    rename("Mik")
    rename("<b>Mi</b>")


def version(number=1, asset="miku"):
    return Version.objects.get(asset=asset, number=number)


def select(browser, *versions):
    response = browser.post(LIST, {"action": "compare", "_selected_action": [item.pk for item in versions]})
    return response, [str(message) for message in get_messages(response.wsgi_request)]


def draft_page():
    return f"/admin/ip_library/charactersheet/{CharacterSheet.objects.get(slug='miku').pk}/compare/"


def test_two_selected_versions_lead_to_the_page_that_compares_them(browser, renamed):
    response, _ = select(browser, version(3), version(1))
    assert urlsplit(response["Location"]).path == PAGE
    text = browser.get(response["Location"]).content.decode()
    assert "<del>miku</del>" in text
    assert "<ins>&lt;b&gt;Mi&lt;/b&gt;</ins>" in text
    assert text.index(">v001</a>") < text.index(">v003</a>")
    assert "Alice Aoki" in text
    assert "Call her" in text


@pytest.mark.parametrize("chosen", [[1], [1, 2, 3], [1, "len"]])
def test_anything_but_two_versions_of_one_asset_is_refused_in_words(browser, renamed, chosen):
    response, said = select(browser, *(version() if item == 1 else version(1, item) if item == "len" else version(item)
                                       for item in chosen))  # fmt: skip
    assert response["Location"].partition("?")[0] == LIST
    assert said == ["Select exactly two versions of one asset to compare."]


def test_a_version_links_to_the_one_before_and_to_the_canon(browser, renamed, alice):
    def compared(number):
        page = browser.get(f"{LIST}{version(number).pk}/change/").content.decode()
        return {
            tuple(int(query[name][0]) for name in ("one", "two"))
            for found in page.split('href="')[1:]
            if found.startswith(PAGE)
            for query in [parse_qs(urlsplit(found.partition('"')[0].replace("&amp;", "&")).query)]
        }

    assert compared(1) == set()
    assert compared(3) == {(version(2).pk, version(3).pk)}
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    assert compared(3) == {(version(2).pk, version(3).pk), (version(1).pk, version(3).pk)}
    assert compared(1) == set()


@pytest.mark.parametrize(
    "query",
    ["", "one=1", "one=1&two=", "one=1&two=x", "one=1&two=-2", "one=1&two=%D9%A1", f"one=1&two={'9' * 15}",
     f"one=1&two={'9' * 40}", "one=0&two=0"],
)  # fmt: skip
def test_an_address_that_names_no_two_versions_is_404(browser, renamed, query):
    assert browser.get(f"{PAGE}?{query}").status_code == 404


def test_versions_of_two_assets_are_404(browser, sakura):
    assert browser.get(f"{PAGE}?one={version().pk}&two={version(1, 'len').pk}").status_code == 404


def test_a_stranger_gets_404_also_where_one_of_the_two_is_his_own(as_user, charlie, sakura):
    other = charlie.memberships.get().project
    document = replace(read_draft(get_draft(sakura, *MIKU)))
    save_document(project=other, document=document, editor=charlie)
    commit_assets(project=other, assets=[MIKU], message="Mine", author=charlie)
    own, strange = Version.objects.get(project=other), Version.objects.get(project=sakura, asset="miku")
    stranger = as_user(charlie)
    assert stranger.get(f"{PAGE}?one={own.pk}&two={own.pk}").status_code == 200
    for one, two in ((own, strange), (strange, own), (strange, strange)):
        assert stranger.get(f"{PAGE}?one={one.pk}&two={two.pk}").status_code == 404
    draft = CharacterSheet.objects.get(project=sakura, slug="miku")
    assert stranger.get(f"/admin/ip_library/charactersheet/{draft.pk}/compare/").status_code == 404


def test_a_draft_is_compared_with_its_canon_and_the_form_leads_there(browser, renamed, rename, alice):
    set_status(version=version(2), status="approved", author=alice, reason="Good")
    rename("Draft", commit=False)
    form = browser.get(draft_page().replace("compare", "change")).content.decode()
    assert f'href="{draft_page()}">Compare with canon</a>' in form
    text = browser.get(draft_page()).content.decode()
    assert "<del>Mik</del>" in text
    assert "<ins>Draft</ins>" in text
    assert ">v002</a> (canon)" in text


def test_without_a_canon_the_form_names_the_version_that_it_is_compared_with(browser, renamed):
    form = browser.get(draft_page().replace("compare", "change")).content.decode()
    assert "Compare with v003</a>" in form
    assert "They say the same" in browser.get(draft_page()).content.decode()


def test_a_draft_that_was_never_committed_has_nothing_to_be_compared_with(browser, drafts):
    form = browser.get(draft_page().replace("compare", "change")).content.decode()
    assert "Compare with" not in form
    assert "<ins>blue_hair</ins>" in browser.get(draft_page()).content.decode()


def test_a_draft_that_is_not_there_is_404(browser, drafts):
    for key in (0, 10**30):
        assert browser.get(f"/admin/ip_library/charactersheet/{key}/compare/").status_code == 404


@pytest.mark.parametrize("name", ["scene", "shotcomposition"])
def test_drafts_of_other_kinds_are_compared_too(browser, sakura, scene, shot, name):
    row = {"scene": scene, "shotcomposition": shot}[name]
    assert "They say the same" in browser.get(f"/admin/ip_library/{name}/{row.pk}/compare/").content.decode()
