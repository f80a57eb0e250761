import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ip_library.services.projects import ensure_project
from studio.selectors import PAGE

pytestmark = pytest.mark.django_db(transaction=True)


def shown(response):
    return [int(key) for key in re.findall(r'class="take" href="/images/(\d+)/"', response.content.decode())]


def test_a_stranger_to_all_projects_is_told_whom_to_ask(as_user):
    client = as_user(User.objects.create_user("nina"), staff=False)
    text = client.get("/").content.decode()
    assert "You are not a member of a project yet" in text
    assert "<strong>nina</strong>" in text
    assert "/admin/" not in text


def test_an_empty_gallery_says_what_to_do(as_user, alice, empty_project):
    text = as_user(alice).get("/").content.decode()
    assert "No takes yet" in text
    assert "Open the library" in text


def test_takes_come_newest_first_with_shot_version_take_and_previz_mark(as_user, bob, takes):
    response = as_user(bob).get("/")
    text = response.content.decode()
    assert shown(response) == [take.pk for take in reversed(takes)]
    assert text.count(">Previz</span>") == 3
    assert "v001 · t03" in text
    assert "E01_SQ010_SH0010" in text
    assert 'alt="Blocking picture of E01_SQ010_SH0010 v001, take 3: They meet under the tree"' in text


def test_nobody_sees_pictures_of_projects_that_are_not_theirs(as_user, charlie, takes):
    client = as_user(charlie)
    for query in ("", "?project=sakura", "?shot=E01", f"?before={takes[-1].pk + 1}", "?after=0"):
        response = client.get(f"/{query}")
        assert shown(response) == []
        assert takes[0].sha256 not in response.content.decode()
        assert "E01_SQ010_SH0010" not in response.content.decode()


def test_filters_keep_a_project_and_the_beginning_of_a_shot_code(as_user, alice, takes):
    ensure_project(slug="empty", owner=alice)
    client = as_user(alice)
    assert len(shown(client.get("/?project=sakura&shot=e01_sq010"))) == 3
    assert "No takes match" in client.get("/?shot=E02").content.decode()
    assert "No takes yet in empty" in client.get("/?project=empty").content.decode()
    assert "not a member of a project called" in client.get("/?project=nowhere").content.decode()


def test_every_take_is_on_exactly_one_page_however_one_turns_them(as_user, alice, many_takes):
    client = as_user(alice)
    newest_first = list(many_takes.order_by("-pk").values_list("pk", flat=True))
    pages, response = [], client.get("/")
    while True:
        pages.append(shown(response))
        older = re.search(r'href="([^"]*)" rel="next"', response.content.decode())
        if not older:
            break
        response = client.get(older[1])
    assert [len(page) for page in pages] == [PAGE, PAGE, 100 - 2 * PAGE]
    assert sum(pages, []) == newest_first
    newer = re.search(r'href="([^"]*)" rel="prev"', response.content.decode())[1]
    assert shown(client.get(newer)) == pages[1]


def test_nonsense_in_the_address_is_no_error(as_user, alice, takes):
    client = as_user(alice)
    for query in (
        "?before=x",
        "?after=-1",
        "?before=" + "9" * 400,
        "?shot=%00%27%22<",
        "?project=" + "x" * 5000,
        "?before=²",
    ):
        assert client.get(f"/{query}").status_code == 200


def test_what_is_typed_is_shown_as_text(as_user, alice, takes):
    text = as_user(alice).get("/?shot=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in text


def test_a_page_of_pictures_costs_a_fixed_number_of_queries(as_user, alice, many_takes, django_assert_max_num_queries):
    client = as_user(alice)
    with django_assert_max_num_queries(7):
        assert len(shown(client.get("/"))) == PAGE


def test_pages_hold_no_inline_script_or_style_and_nothing_from_elsewhere(as_user, alice, takes):
    client = as_user(alice)
    for response in (
        Client().get("/login/"),
        client.get("/"),
        client.get(f"/images/{takes[0].pk}/"),
        client.get("/nothing/"),
    ):
        text = response.content.decode()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
        assert "script-src 'self'" in response["Content-Security-Policy"]
