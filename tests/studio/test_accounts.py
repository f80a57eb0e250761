import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_whoever_logs_in_comes_to_where_they_wanted(alice):
    client = Client()
    response = client.get("/?project=sakura")
    assert response["Location"] == "/login/?next=/%3Fproject%3Dsakura"
    entry = {"username": "alice", "password": "a long enough password", "next": "/?project=sakura"}
    assert client.post("/login/", entry)["Location"] == "/?project=sakura"


def test_nobody_is_sent_to_another_site_after_logging_in(alice):
    entry = {"username": "alice", "password": "a long enough password", "next": "https://evil.example/"}
    assert Client().post("/login/", entry)["Location"] == "/"


def test_a_wrong_password_is_said_without_saying_which_part_was_wrong(alice):
    for name in ("alice", "nobody"):
        response = Client().post("/login/", {"username": name, "password": "wrong"})
        assert response.status_code == 200
        assert "Please enter a correct username and password" in response.content.decode()


def test_logging_out_takes_a_post(alice):
    client = Client()
    client.force_login(alice)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_logging_out_from_elsewhere_is_refused(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/logout/")
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_the_library_has_no_login_page_of_its_own(alice):
    client = Client()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=/admin/"
    client.force_login(alice)
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Your role does not allow this" in response.content.decode()


def test_unknown_pages_are_404_for_everybody(alice):
    client = Client()
    assert client.get("/nothing/").status_code == 404
    client.force_login(alice)
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
