"""The search page and where-used: a person finds what they may read, and nothing else."""

import pytest
from django.contrib.messages import get_messages

from ip_library.core import documents as d
from ip_library.models import Membership, Role, SavedFilter
from ip_library.services.edit import save_document
from ip_library.services.filters import save_filter

pytestmark = pytest.mark.django_db
URL = "/admin/ip_library/search/"
FILTERS = "/admin/ip_library/search/filters/"
USED = "/admin/ip_library/where-used/"


def shown(response):
    return [hit.asset for hit in response.context["results"].hits]


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def other(charlie, empty_project):
    """Charlie's project, with an asset that nobody else may see."""
    project = Membership.objects.get(user=charlie).project
    save_document(project=project, document=d.SceneDocument("secret", "秘密", ("door",)), editor=charlie)
    save_filter(project=project, owner=charlie, name="Charlie's", query="secret", shared=True)
    return project


def test_the_page_shows_what_was_found_with_its_tags_marked(browser, drafts):
    response = browser.get(URL, {"q": "tag:blue_hair kind:character"})
    text = response.content.decode()
    assert shown(response) == ["miku"]
    assert "<mark>blue_hair</mark>" in text
    assert "not committed" in text
    assert "/admin/ip_library/where-used/?project=sakura&amp;kind=character&amp;asset=miku" in text


def test_every_found_asset_leads_to_its_draft(browser, drafts, miku):
    page = browser.get(URL).content.decode()
    for kind, asset in drafts.assets:
        url = f"/admin/ip_library/asset/sakura/{kind}/{asset}/"
        assert url in page
        assert browser.get(url, follow=True).status_code == 200
    assert (
        browser.get("/admin/ip_library/asset/sakura/character/miku/")["Location"]
        == f"/admin/ip_library/charactersheet/{miku.pk}/change/"
    )
    assert browser.get("/admin/ip_library/asset/sakura/character/nobody/").status_code == 404
    assert browser.get("/admin/ip_library/asset/sakura/plate/miku/").status_code == 404


def test_a_chip_takes_its_filter_away_and_another_adds_one(browser, drafts):
    response = browser.get(URL, {"q": "miku kind:character"})
    chips = {chip.text: chip.url for chip in response.context["chips"]}
    assert shown(browser.get(chips["kind:character"])) != shown(browser.get(chips["miku"]))
    offered = {chip.text: chip.url for chip in response.context["offers"]}
    assert "kind:character" not in offered
    assert shown(browser.get(offered["status:wfa"])) == []


def test_a_search_that_cannot_be_read_is_explained_and_shown_again(browser, drafts):
    response = browser.get(URL, {"q": '<b>"miku'})
    text = response.content.decode()
    assert response.status_code == 200
    assert "a quote is not closed" in text
    assert "<b>" not in text
    assert "&lt;b&gt;&quot;miku" in text


def test_nothing_found_says_so(browser, drafts):
    assert "Nothing fits." in browser.get(URL, {"q": "zzzz"}).content.decode()


def test_further_pages_follow(browser, drafts):
    for n in range(55):
        save_document(project=drafts.project, document=d.SceneDocument(f"s{n:02}", "商店街", ("shop",)), editor=None)
    first = browser.get(URL, {"q": "商店街"})
    assert (len(shown(first)), first.context["count"]) == (50, 55)
    second = browser.get(first.context["more_url"])
    assert (len(shown(second)), second.context["more_url"]) == (5, "")
    assert browser.get(URL, {"after": "nonsense"}).status_code == 400


def test_only_projects_that_a_person_reads_are_searched(browser, as_user, charlie, drafts, other):
    assert shown(browser.get(URL, {"q": "秘密"})) == []
    assert shown(as_user(charlie).get(URL, {"q": "秘密"})) == ["secret"]
    assert shown(as_user(charlie).get(URL, {"q": "miku"})) == []
    for url in (
        f"{URL}?project=other",
        f"{USED}?project=other&kind=scene&asset=secret",
        f"{USED}?project=other&tag=door",
        "/admin/ip_library/asset/other/scene/secret/",
    ):
        assert browser.get(url).status_code == 404
    assert "Charlie" not in browser.get(URL).content.decode()


def test_who_is_not_logged_in_is_sent_to_log_in(client, drafts):
    for url in (URL, USED, FILTERS, "/admin/ip_library/complete/"):
        assert client.get(url).status_code == 302


def test_a_search_is_saved_shared_and_shown_to_the_others(browser, as_user, alice, bob, drafts):
    answer = browser.post(
        FILTERS, {"do": "save", "project": "sakura", "q": "tag:blue_hair", "name": "青い髪", "shared": "on"}
    )
    assert said(answer) == ["Saved the search as 青い髪."]
    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.shared) == (bob, True)
    page = as_user(alice).get(URL)
    ((row, url, own),) = page.context["filters"]
    assert (row, own) == (saved, True)  # she manages the project
    assert shown(as_user(alice).get(url)) == ["miku"]


def test_a_filter_of_ones_own_is_nobody_elses(browser, as_user, alice, bob, drafts):
    saved = save_filter(project=drafts.project, owner=alice, name="Alice's own", query="miku")
    assert "Alice&#x27;s own" not in browser.get(URL).content.decode()
    assert browser.post(FILTERS, {"do": "delete", "filter": saved.pk}).status_code == 404
    assert SavedFilter.objects.exists()


def test_what_a_person_may_not_do_to_a_filter_is_said(browser, alice, bob, drafts):
    saved = save_filter(project=drafts.project, owner=alice, name="Shared", query="miku", shared=True)
    assert "may not change the filter" in said(browser.post(FILTERS, {"do": "delete", "filter": saved.pk}))[0]
    assert SavedFilter.objects.exists()


def test_a_filter_is_renamed_kept_to_its_owner_and_deleted(browser, bob, drafts):
    saved = save_filter(project=drafts.project, owner=bob, name="Old", query="miku", shared=True)
    browser.post(FILTERS, {"do": "rename", "filter": saved.pk, "name": "New"})
    browser.post(FILTERS, {"do": "unshare", "filter": saved.pk})
    saved.refresh_from_db()
    assert (saved.name, saved.shared) == ("New", False)
    browser.post(FILTERS, {"do": "delete", "filter": saved.pk})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("entry", [{"do": "delete"}, {"do": "delete", "filter": "9" * 40}, {"do": "burn"}, {}])
def test_filters_that_are_not_there_are_404(browser, drafts, entry):
    assert browser.post(FILTERS, entry).status_code == 404


def test_where_used_lists_drafts_and_offers_the_variants(browser, drafts):
    text = browser.get(USED, {"project": "sakura", "kind": "character", "asset": "miku"}).content.decode()
    assert "E01_SQ010_SH0010" in text
    assert "part=looks&amp;variant=summer" in text
    gentle = browser.get(
        USED, {"project": "sakura", "kind": "character", "asset": "miku", "part": "expressions", "variant": "gentle"}
    )
    assert "cast/1/expression" in gentle.content.decode()
    tag = browser.get(USED, {"project": "sakura", "tag": "blue_hair"}).content.decode()
    assert "<code>hair</code>" in tag
    assert (
        "Nothing uses len"
        not in browser.get(USED, {"project": "sakura", "kind": "character", "asset": "len"}).content.decode()
    )
    assert (
        "Nothing uses nobody"
        in browser.get(USED, {"project": "sakura", "kind": "character", "asset": "nobody"}).content.decode()
    )


@pytest.mark.parametrize(
    "query", ["", "?project=sakura", "?project=sakura&kind=plate&asset=miku", "?project=nowhere&tag=a"]
)
def test_where_used_of_nothing_is_404(browser, drafts, query):
    assert browser.get(f"{USED}{query}").status_code == 404


def test_the_library_page_leads_to_the_search(browser, drafts):
    assert f'action="{URL}"' in browser.get("/admin/").content.decode()


def test_a_viewer_may_search(as_user, bob, drafts):
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    assert shown(as_user(bob).get(URL, {"q": "miku kind:character"})) == ["miku"]
