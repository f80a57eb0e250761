import hashlib
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings

from generation.services.enqueue import enqueue_render
from generation.services.render import run_job
from generation.storage import image_store
from ip_library.models import Version, WaiverUse
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.services.adhoc import commit_adhoc
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import set_status
from ip_library.services.waivers import give_waiver

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_tells_the_lineage_in_words(as_user, bob, takes):
    text = as_user(bob).get(f"/images/{takes[1].pk}/").content.decode()
    for fact in (
        "A blocking picture of shot E01_SQ010_SH0010 in version v001",
        "for Alice Aoki",
        "from the prompt that Alice Aoki committed",
        "t02, seed 2",
        "miku v001",
        "len v001",
        "cherry-blossom v001",
        takes[1].pixels_sha256,
        takes[1].sha256,
        takes[1].prompt.changeset.sha,
        "prompts/scene/E01/SQ010/SH0010.xml",
        "They meet under the tree",
        ">Previz</span>",
    ):
        assert fact in text
    assert "&lt;appearance&gt;blue_hair, long_twintails, teal_eyes, red_school_uniform, round_glasses" in text


def test_the_command_on_the_page_gives_exactly_the_bytes_of_the_recipe(as_user, bob, takes):
    text = as_user(bob).get(f"/images/{takes[0].pk}/").content.decode()
    command = re.search(r'id="command"[^>]*>([^<]*)<', text)[1]
    shown = subprocess.run(command.split(), capture_output=True, check=True).stdout
    assert hashlib.sha256(shown).hexdigest() == takes[0].recipe["prompt_sha256"]


def test_links_to_the_library_are_for_those_who_may_open_it(as_user, bob, takes):
    url = f"/images/{takes[0].pk}/"
    assert "/admin/ip_library/version/" in as_user(bob).get(url).content.decode()
    assert "/admin/" not in as_user(bob, staff=False).get(url).content.decode()


def test_a_stranger_gets_404_for_pages_and_files(as_user, charlie, takes):
    client = as_user(charlie)
    for url in (f"/images/{takes[0].pk}/", f"/files/{takes[0].sha256}.png", f"/files/{takes[0].sha256}.png/download"):
        assert client.get(url).status_code == 404


def test_a_picture_is_served_as_nothing_but_a_picture(as_user, bob, takes):
    response = as_user(bob).get(f"/files/{takes[0].sha256}.png")
    assert hashlib.sha256(response.content).hexdigest() == takes[0].sha256
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="sakura_E01_SQ010_SH0010_v001_t01.png"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["ETag"] == f'"{takes[0].sha256}"'


def test_the_download_is_the_original_file(as_user, bob, takes):
    response = as_user(bob).get(f"/files/{takes[2].sha256}.png/download")
    assert response.content == image_store().read(takes[2].sha256)
    assert response["Content-Disposition"] == 'attachment; filename="sakura_E01_SQ010_SH0010_v001_t03.png"'


def test_what_a_browser_has_is_not_sent_again_but_still_checked(as_user, bob, charlie, takes):
    url, known = f"/files/{takes[0].sha256}.png", {"If-None-Match": f'"{takes[0].sha256}"'}
    response = as_user(bob).get(url, headers=known)
    assert (response.status_code, response.content) == (304, b"")
    assert as_user(charlie).get(url, headers=known).status_code == 404


def test_no_name_but_a_digest_reaches_the_disk(as_user, bob, takes):
    client = as_user(bob)
    for name in ("../../secret_key", "%2e%2e/secret_key", "A" * 64, "a" * 63, "0" * 64):
        assert client.get(f"/files/{name}.png").status_code == 404


def test_a_lost_or_damaged_file_is_one_clear_message(as_user, bob, takes):
    image_store().path(takes[0].sha256).unlink()
    path = image_store().path(takes[1].sha256)
    path.chmod(0o644)
    path.write_bytes(b"<html>")
    for take, word in ((takes[0], "missing"), (takes[1], "damaged")):
        response = as_user(bob).get(f"/files/{take.sha256}.png")
        assert response.status_code >= 400
        assert response["Content-Type"].startswith("text/html")
        assert word in response.content.decode()


def test_pages_and_files_are_only_read(as_user, bob, takes):
    client = as_user(bob)
    for url in (
        "/",
        f"/images/{takes[0].pk}/",
        f"/files/{takes[0].sha256}.png",
        f"/files/{takes[0].sha256}.png/download",
    ):
        assert client.post(url).status_code == 405


def test_the_page_of_a_take_costs_a_fixed_number_of_queries(as_user, bob, many_takes, django_assert_max_num_queries):
    client = as_user(bob)
    with django_assert_max_num_queries(10):
        assert client.get(f"/images/{many_takes[0].pk}/").status_code == 200


def test_the_media_folder_is_not_published(as_user, bob, takes):
    path = image_store().path(takes[0].sha256).relative_to(settings.VAR)
    for url in (f"/{path}", f"/static/{path}", f"/media/{path}"):
        assert as_user(bob).get(url).status_code == 404


def test_a_picture_of_an_ad_hoc_prompt_tells_its_lineage_too(as_user, bob, sakura):
    text = b"<character_1>\n  <n>rin</n>\n  <gender>1girl</gender>\n  <appearance>yellow_hair</appearance>\n</character_1>\n"
    prompt = commit_adhoc(project=sakura, data=text, author=bob)
    job = enqueue_render(prompt=prompt, seeds=[7], user=bob, width=64, height=64, ring=False)
    run_job(job.pk, worker="test")
    client = as_user(bob)
    assert prompt.name in client.get("/").content.decode()
    page = client.get(f"/images/{job.images.get().pk}/").content.decode()
    assert "of an ad-hoc prompt" in page
    assert prompt.path in page
    assert client.get(f"/files/{job.images.get().sha256}.png").status_code == 200


def test_the_page_tells_waivers_and_what_is_out_of_canon(as_user, bob, alice, takes):
    client, url = as_user(bob), f"/images/{takes[0].pk}/"
    page = client.get(url).content.decode()
    assert "under waivers" not in page
    assert "out of canon" not in page
    waiver = give_waiver(
        project=takes[0].project, kind="shot", asset="E01_SQ010_SH0010", character="miku", slot="hair",
        reason="A <b>dream</b>", expires_at=datetime(2131, 5, 4, tzinfo=UTC), author=alice,
    )  # fmt: skip
    WaiverUse.objects.create(version=takes[0].prompt.version, waiver=waiver, message="cast/1/pose: red_hair")
    miku = Version.objects.select_related("project").get(asset="miku")
    sheet = replace(read_draft(get_draft(miku.project, "character", "miku")), name="Mik")
    save_document(project=miku.project, document=sheet, editor=alice)
    commit_assets(project=miku.project, assets=[("character", "miku")], message="Rename", author=alice)
    newer = Version.objects.select_related("project").get(asset="miku", number=2)
    set_status(version=newer, status="approved", author=alice, reason="Good")
    page = client.get(url).content.decode()
    for fact in (
        "under waivers",
        "A &lt;b&gt;dream&lt;/b&gt;",
        "alice, until 2131-05-04",
        "out of canon",
        "canon is v002",
    ):
        assert fact in page
