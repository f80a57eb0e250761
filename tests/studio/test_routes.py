"""Who may open what: every route of the site, by everybody. A route without a decision here fails."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image as Pictures

from generation.models import Image
from ip_library.core import documents as d
from ip_library.core.vocabulary import Entry
from ip_library.models import (
    Anchor,
    AuditEvent,
    Changeset,
    CharacterSheet,
    Episode,
    Label,
    LabelMove,
    Pose,
    PromptRevision,
    Prop,
    Resolution,
    Scene,
    Sequence,
    ShotComposition,
    Style,
    Version,
    VocabularyTag,
)
from ip_library.services.art import store_reference
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status
from ip_library.services.vocabulary import save_tag
from ip_library.services.waivers import give_waiver

# anonymous, stranger (who owns another project), viewer, artist, owner; the last four may open the library
LOGIN = (302, 302, 302, 302, 302)
EVERY_STAFF = (302, 200, 200, 200, 200)
NO_STAFF = (302, 403, 403, 403, 403)
MEMBERS = (302, 404, 200, 200, 200)
NOBODY_BUT_KNOWN = (302, 404, 403, 403, 403)
NOTHING = (302, 404, 404, 404, 404)
ONLY_POST = (302, 405, 405, 405, 405)

DRAFTS = {
    "changelist": EVERY_STAFF,
    "add": (302, 200, 403, 200, 200),
    "change": MEMBERS,
    "history": MEMBERS,
    "delete": NOBODY_BUT_KNOWN,
    "commit": (302, 404, 403, 200, 200),
    "compare": MEMBERS,
    "merge": NOBODY_BUT_KNOWN,  # what a form sends
}
FROZEN = {
    "changelist": EVERY_STAFF, "add": NO_STAFF, "change": MEMBERS, "history": MEMBERS, "delete": NOBODY_BUT_KNOWN,
}  # fmt: skip
AUDIT = {
    "changelist": (302, 200, 403, 403, 200),
    "add": NO_STAFF,
    "change": (302, 404, 404, 404, 200),
    "history": (302, 404, 404, 404, 200),
    "delete": (302, 404, 404, 404, 403),
}
STORY = FROZEN  # made by the first shot that names them
WAIVERS = FROZEN | {"add": (302, 200, 403, 403, 200)}  # managers give them; nobody changes one
VOCABULARY = {
    "changelist": EVERY_STAFF,
    "add": (302, 200, 403, 403, 200),
    "change": MEMBERS,
    "history": MEMBERS,
    "delete": (302, 404, 403, 403, 200),
    "import": (302, 200, 403, 403, 200),
    "export": MEMBERS,
}
ACCOUNTS = dict.fromkeys(("changelist", "add", "change", "history", "delete"), NO_STAFF)  # superusers alone
MODELS = {
    "ip_library_project": FROZEN,
    "ip_library_charactersheet": DRAFTS,
    "ip_library_scene": DRAFTS,
    "ip_library_shotcomposition": DRAFTS,
    "ip_library_pose": DRAFTS,
    "ip_library_prop": DRAFTS,
    "ip_library_style": DRAFTS,
    "ip_library_episode": STORY,
    "ip_library_sequence": STORY,
    "ip_library_vocabularytag": VOCABULARY,
    "ip_library_version": FROZEN | {"compare": MEMBERS, "review": (302, 404, 403, 403, 200)},
    "ip_library_label": FROZEN,
    "ip_library_labelmove": FROZEN,
    "ip_library_waiver": WAIVERS,
    "ip_library_anchor": AUDIT,
    "ip_library_changeset": FROZEN,
    "ip_library_promptrevision": FROZEN,
    "ip_library_resolution": FROZEN,
    "ip_library_auditevent": AUDIT,
    "generation_image": FROZEN,
    "generation_renderjob": FROZEN,
    "auth_user": ACCOUNTS | {"password_change": NO_STAFF},
    "auth_group": ACCOUNTS | {"history": LOGIN},  # of a group that is not there
}
DECISIONS = {
    "library:search": EVERY_STAFF,
    "library:filters": ONLY_POST,
    "library:where_used": MEMBERS,
    "library:asset": (302, 404, 302, 302, 302),  # on to the draft
    "library:complete": MEMBERS,
    "admin:ip_library_art": MEMBERS,
    "admin:ip_library_art_small": MEMBERS,
    "studio:gallery": EVERY_STAFF,
    "studio:image": MEMBERS,
    "studio:file": MEMBERS,
    "studio:download": MEMBERS,
    "studio:login": (200, 302, 302, 302, 302),
    "studio:logout": ONLY_POST,
    "admin:index": EVERY_STAFF,
    "admin:login": LOGIN,
    "admin:logout": ONLY_POST,
    "admin:password_change": EVERY_STAFF,
    "admin:password_change_done": EVERY_STAFF,
    "admin:autocomplete": NO_STAFF,
    "admin:jsi18n": EVERY_STAFF,
    "admin:view_on_site": NOTHING,
    "admin:app_list": EVERY_STAFF,
    "admin/(?P<url>.*)$": NOTHING,
} | {f"admin:{model}_{page}": answers for model, pages in MODELS.items() for page, answers in pages.items()}


def walk(patterns, space="", prefix=""):
    for item in patterns:
        route = prefix + str(item.pattern).removeprefix("^")
        if isinstance(item, URLResolver):
            yield from walk(item.url_patterns, f"{space}{item.namespace}:" if item.namespace else space, route)
        elif isinstance(item, URLPattern) and (item.name or not route.endswith("<path:object_id>/")):
            yield (f"{space}{item.name}" if item.name else route), route  # without a name: on to the change page


ROUTES = dict(walk(get_resolver().url_patterns))


PRESETS = (
    d.PoseDocument("bow", "Bow", ("bowing",)),
    d.PropDocument("kite", "Kite", ("red_kite",)),
    d.StyleDocument("ink", "Ink", quality=("monochrome",)),
)


@pytest.fixture
def rows(takes, alice):
    """One row of each kind, all of the sample project."""
    project = takes[0].project
    for document in PRESETS:
        save_document(project=project, document=document, editor=alice)
    canon = Version.objects.select_related("project").get(asset="miku")
    set_status(version=canon, status="approved", author=alice, reason="The client likes it")
    save_tag(project=project, entry=Entry("sakura_crest", "clothing"), editor=alice)
    waiver = give_waiver(
        project=project, kind="shot", asset="E01_SQ010_SH0010", character="miku", slot="hair", reason="A dream",
        expires_at=timezone.now() + timedelta(days=1), author=alice,
    )  # fmt: skip
    picture = io.BytesIO()
    Pictures.new("RGB", (8, 8)).save(picture, "PNG")
    changeset = Changeset.objects.get(branch="main")
    return {
        "ip_library_pose": Pose.objects.get(),
        "ip_library_prop": Prop.objects.get(),
        "ip_library_style": Style.objects.get(),
        "ip_library_episode": Episode.objects.get(),
        "ip_library_sequence": Sequence.objects.get(),
        "ip_library_vocabularytag": VocabularyTag.objects.get(),
        "ip_library_label": Label.objects.get(),
        "ip_library_labelmove": LabelMove.objects.get(),
        "ip_library_waiver": waiver,
        "ip_library_anchor": Anchor.objects.create(
            changeset=changeset, project=project, payload="{}", signature="-", signer="-"
        ),
        "ip_library_art": store_reference(project=project, data=picture.getvalue(), name="a.png", uploader=alice),
        "ip_library_project": project,
        "ip_library_charactersheet": CharacterSheet.objects.get(slug="miku"),
        "ip_library_scene": Scene.objects.get(),
        "ip_library_shotcomposition": ShotComposition.objects.get(),
        "ip_library_version": Version.objects.get(asset="miku"),
        "ip_library_changeset": changeset,
        "ip_library_promptrevision": PromptRevision.objects.first(),
        "ip_library_resolution": Resolution.objects.first(),
        "ip_library_auditevent": AuditEvent.objects.filter(project__slug="sakura").first(),
        "generation_image": Image.objects.first(),
        "generation_renderjob": takes[0].job,
        "auth_user": alice,
        "auth_group": alice,
    }


def address(name, route, rows):
    model = re.match(r"admin:(.+)_(changelist|add|change|history|delete|commit|compare|merge|password_change)$", name)
    row = rows.get(model[1]) if model else None
    values = {
        "object_id": row.pk if row else 0, "id": row.pk if row else 0, "key": rows["generation_image"].pk,
        "sha256": rows["ip_library_art" if "art/" in route else "generation_image"].sha256,
        "content_type_id": 1, "app_label": "ip_library", "url": "nothing/", "pk": row.pk if row else 0,
        "project": "sakura" if name == "library:asset" else rows["ip_library_project"].pk,
        "kind": "character", "asset": "miku", "deed": "approve",
    }  # fmt: skip
    url = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)\$?", lambda found: str(values[found[1] or found[2]]), route)
    url = url.removesuffix("$").replace("\\.", ".")
    asked = {
        "admin:ip_library_version_compare": f"one={rows['ip_library_version'].pk}&two={rows['ip_library_version'].pk}",
        "admin:ip_library_version_review": f"version={rows['ip_library_version'].pk}",
        "library:complete": f"project={rows['ip_library_project'].pk}&q=blu",
        "library:where_used": "project=sakura&kind=character&asset=miku",
    }
    if model and model[2] == "commit":
        asked[name] = f"draft={row.pk}"
    return f"/{url}" + (f"?{asked[name]}" if name in asked else "")


def test_every_route_has_a_decision():
    assert set(ROUTES) == set(DECISIONS)


@pytest.mark.django_db(transaction=True)
def test_every_route_answers_each_role_as_decided(as_user, rows, charlie, vera, bob, alice):
    browsers = [Client(), as_user(charlie), as_user(vera), as_user(bob), as_user(alice)]
    answers = {
        name: tuple(browser.get(address(name, route, rows)).status_code for browser in browsers)
        for name, route in ROUTES.items()
    }
    assert {name: answer for name, answer in answers.items() if answer != DECISIONS[name]} == {}


@pytest.mark.django_db(transaction=True)
def test_who_is_not_logged_in_is_sent_to_the_login_page(rows):
    for name, route in ROUTES.items():
        response = Client().get(address(name, route, rows))
        if response.status_code == 302:
            assert response["Location"].startswith(("/login/", "/admin/login/")), name


@pytest.mark.django_db(transaction=True)
def test_who_is_no_staff_opens_nothing_of_the_library(as_user, rows, alice):
    browser = as_user(alice, staff=False)
    for name, route in ROUTES.items():
        if name.startswith("admin"):
            response = browser.get(address(name, route, rows), follow=True)
            assert response.status_code in {403, 404, 405} or response.request["PATH_INFO"] == "/login/", name


@pytest.mark.django_db(transaction=True)
def test_no_list_filter_or_search_shows_a_stranger_a_row(as_user, rows, charlie):
    browser = as_user(charlie)
    for name, route in ROUTES.items():
        if name.endswith("_changelist") and "auth_" not in name:
            for query in ("", "?project=sakura", "?q=miku", "?all="):
                text = browser.get(address(name, route, rows) + query).content.decode()
                assert "sakura" not in re.sub(r'value="[^"]*"|\?[^"]*"', "", text), (name, query)
                assert "E01_SQ010" not in text, (name, query)


@pytest.mark.django_db(transaction=True)
def test_posting_to_what_one_may_not_change_changes_nothing(as_user, rows, charlie, vera, bob):
    done = AuditEvent.objects.filter(outcome="done")
    before = done.count()
    for user, model, allowed in (
        (charlie, "ip_library_charactersheet", {404}),
        (vera, "ip_library_charactersheet", {403}),
        (vera, "ip_library_shotcomposition", {403}),
        (bob, "ip_library_project", {403}),
        (vera, "ip_library_episode", {403}),
        *((bob, f"ip_library_{name}", {403}) for name in ("version", "changeset", "promptrevision", "resolution")),
        *((bob, f"ip_library_{name}", {403}) for name in ("label", "labelmove", "waiver", "vocabularytag")),
        (bob, "ip_library_auditevent", {404}),
        (bob, "ip_library_anchor", {404}),
        (bob, "generation_image", {403}),
    ):
        for page in ("change", "delete"):
            url = address(f"admin:{model}_{page}", ROUTES[f"admin:{model}_{page}"], rows)
            answer = as_user(user).post(url, {"name": "stolen", "document": "<x/>", "post": "yes"}).status_code
            assert answer in allowed | ({403} if page == "delete" and user != charlie else set()), (user, url)
    for user, name, allowed in (
        (charlie, "admin:ip_library_charactersheet_merge", 404),
        (vera, "admin:ip_library_charactersheet_merge", 403),
        (charlie, "admin:ip_library_version_review", 404),
        (bob, "admin:ip_library_version_review", 403),
        (bob, "admin:ip_library_waiver_add", 403),
        (bob, "admin:ip_library_vocabularytag_import", 403),
        (charlie, "library:filters", 404),
    ):
        sent = {"do": "save", "project": "sakura", "name": "x", "q": "miku", "reason": "Mine"}
        assert as_user(user).post(address(name, ROUTES[name], rows), sent).status_code == allowed, (user, name)
    assert done.count() == before
    assert AuditEvent.objects.filter(actor=vera, outcome="refused", action="change character sheet").exists()
    assert Version.objects.get(asset="miku").document == rows["ip_library_version"].document


@pytest.mark.django_db
def test_a_superuser_sees_all_projects(as_user, drafts, charlie):
    root = User.objects.create_superuser("root")
    text = as_user(root).get("/admin/ip_library/project/").content.decode()
    assert "sakura" in text
    assert "other" in text
