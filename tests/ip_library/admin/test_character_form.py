import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ip_library.core import documents as d
from ip_library.models import AuditEvent, CharacterSheet, Label, Membership, ReferenceImage, Role, Version
from ip_library.selectors.drafts import read_draft
from ip_library.services.art import store_reference
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db


def png(colour="#39c5bb", size=(60, 90)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def upload(data, name="front.png", kind="image/png"):
    return SimpleUploadedFile(name, data, kind)


def document_of(row):
    return read_draft(CharacterSheet.objects.get(pk=row.pk))


def forms_of(browser, row, place=None):
    page = browser.get(f"/admin/ip_library/charactersheet/{row.pk}/change/")
    return page.context["inline_admin_formsets"][place].formset if place is not None else page


@pytest.fixture
def everything(browser, miku, extend):
    """The sample character with every field of its form filled."""
    rows = {
        "looks": [{"slug": "stage", "name": "ステージ", "base": "summer", "hair": "-", "clothing": "stage_dress"}],
        "expressions": [{"slug": "asleep", "name": "Asleep", "base": "gentle", "tags": "", "eyes": "closed_eyes"}],
        "art": [
            {"upload": upload(png()), "caption": "正面", "number": 2},
            {"upload": upload(png("#d33682")), "caption": "", "number": 1},
        ],
    }
    fields = {
        "name": "初音ミク", "prompt_name": "hatsune_miku", "aliases": " ミク\n\nMiku Hatsune ", "face": "freckles",
        "locked": ["eyes", "hair"], "palette": "hair #39C5BB\nhair ribbon   #d33682", "notes": "公式",
    }  # fmt: skip
    assert extend(browser, miku, rows=rows, **fields).status_code == 302
    return CharacterSheet.objects.get(pk=miku.pk)


def test_every_field_of_a_sheet_goes_through_its_form_into_the_draft(everything):
    document = document_of(everything)
    assert (document.name, document.prompt_name, document.notes) == ("初音ミク", "hatsune_miku", "公式")
    assert document.aliases == ("ミク", "Miku Hatsune")
    assert document.locked == ("hair", "eyes")
    assert document.palette == (d.Colour("hair", "#39c5bb"), d.Colour("hair ribbon", "#d33682"))
    assert document.look("stage") == d.LookDocument(
        "stage", "ステージ", (("hair", ()), ("clothing", ("stage_dress",))), base="summer"
    )
    assert document.expression("asleep") == d.ExpressionDocument(
        "asleep", "Asleep", (), (("eyes", ("closed_eyes",)),), base="gentle"
    )
    assert [item.caption for item in document.art] == ["", "正面"]
    kept = ReferenceImage.objects.order_by("pk").values_list("sha256", flat=True)
    assert [item.sha256 for item in document.art] == list(kept)


def test_what_the_form_shows_of_a_full_sheet_saves_as_the_same_sheet(browser, everything, save, opened):
    before, fields, events = document_of(everything), opened(browser, everything), AuditEvent.objects.count()
    assert save(browser, everything).status_code == 302
    assert (document_of(everything), AuditEvent.objects.count()) == (before, events)
    assert opened(browser, everything) == fields


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("palette", "hair #39c5bb\neyes green", "line 2: '' must have the form #39c5bb"),
        ("palette", "#39c5bb", "line 1: must not be empty"),
        ("palette", "\n".join(f"c{n} #000000" for n in range(25)), "there are 25, at most 24 are allowed"),
        ("aliases", "Miku\nMi\u200bku", "line 2: 'Mi\\u200bku' holds the invisible character U+200B"),
        ("aliases", "Miku\nMiku", "'Miku' stands there 2 times"),
        ("locked", ["hair", "shoes"], "shoes is not one of the available choices"),
        ("base", "999", "Select a valid choice"),
        ("looks-0-base", "nowhere", "nowhere"),
        ("expressions-0-eyes", "a<b", "'a<b' holds '<'"),
    ],
)
def test_what_is_wrong_with_a_sheet_stands_beside_its_field(browser, miku, save, wrong, field, typed, message):
    before = document_of(miku)
    response = save(browser, miku, **{field: typed})
    assert response.status_code == 200
    found = wrong(response)
    assert set(found) <= {field, f"{field.rpartition('-')[0]}__all__"}
    assert message in " ".join(found.values())
    assert document_of(miku) == before


def test_colours_are_shown_beside_their_lines_without_a_style(browser, everything):
    text = forms_of(browser, everything).content.decode()
    assert 'fill="#39c5bb"' in text
    assert "hair ribbon #d33682" in text
    assert "style=" not in text


def test_a_variant_keeps_what_it_leaves_empty_and_clears_with_a_hyphen(browser, drafts, miku, add, save, opened, wrong):
    entry = {"project": drafts.project.pk, "slug": "miku-winter", "name": "冬ミク", "base": miku.pk}
    answer = add(browser, "charactersheet", clothing="coat", accessories="-", **entry)
    assert answer.status_code == 302, wrong(answer)
    winter = CharacterSheet.objects.get(slug="miku-winter")
    document = document_of(winter)
    assert document.base == d.Reference("miku")
    assert (document.appearance, document.cleared) == (d.Appearance(clothing=("coat",)), ("accessories",))
    fields = opened(browser, winter)
    assert (fields["hair"], fields["accessories"]) == ("", "-")
    text = forms_of(browser, winter).content.decode()
    assert 'placeholder="blue_hair, long_twintails"' in text
    assert save(browser, winter, base="", hair="red_hair").status_code == 302
    assert document_of(winter).cleared == ()
    assert opened(browser, winter)["accessories"] == ""


def test_the_version_of_a_base_is_followed_or_pinned(browser, sakura_with_label, save, wrong):
    variant = sakura_with_label
    page = forms_of(browser, variant)
    values = str(page.context["adminform"].form["base_version"])
    assert "follow hero (now v001)" in values
    assert save(browser, variant, base_version="follow:hero").status_code == 302
    assert document_of(variant).base == d.Reference("miku", "hero")
    assert save(browser, variant, base_version="pin:1").status_code == 302
    assert document_of(variant).base == d.Reference("miku", "", 1)
    assert "has no version 9" in wrong(save(browser, variant, base_version="pin:9"))["base_version"]


@pytest.fixture
def sakura_with_label(transactional_db, sakura):
    miku = CharacterSheet.objects.get(slug="miku")
    variant = CharacterSheet.objects.create(project=sakura, slug="miku-winter", name="Winter", base=miku)
    version = Version.objects.get(kind="character", asset="miku")
    Label.objects.create(project=sakura, kind="character", asset="miku", name="hero", version=version)
    return variant


def test_a_character_cannot_build_on_itself_over_any_way(browser, drafts, miku, save, wrong):
    child = CharacterSheet.objects.create(project=drafts.project, slug="child", name="Child", base=miku)
    grandchild = CharacterSheet.objects.create(project=drafts.project, slug="grandchild", name="G", base=child)
    for base in (miku, grandchild):
        assert list(wrong(save(browser, miku, base=base.pk))) == ["base"]
    miku.refresh_from_db()
    assert miku.base is None


def test_a_base_of_another_project_is_neither_offered_nor_taken(as_user, alice, browser, miku, save, wrong):
    foreign = CharacterSheet.objects.create(
        project=ensure_project(slug="alices", owner=alice), slug="foreign-spy", name="Spy", hair=("black_hair",)
    )
    assert "foreign-spy" not in forms_of(browser, miku).content.decode()
    assert list(wrong(save(browser, miku, base=foreign.pk))) == ["base"]


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"<svg onload=alert(1)>", "face.png", "face.png is 'a file that cannot be read as a picture'"),
        (b"GIF89a" + b"\0" * 40, "face.gif", "it must be a PNG, JPEG or WebP picture"),
        (b"", "empty.png", "cannot be read as a picture"),
        (b"\0" * (20 * 1024 * 1024 + 1), "huge.png", "20,971,521 bytes"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_beside_its_field(browser, miku, extend, wrong, data, name, message):
    before = document_of(miku)
    response = extend(browser, miku, rows={"art": [{"upload": upload(data, name)}]})
    assert response.status_code == 200
    assert message in wrong(response)["art-0-upload"]
    assert document_of(miku) == before
    assert not ReferenceImage.objects.exists()


def test_a_row_of_art_needs_a_picture_that_is_not_there_yet(browser, miku, extend, wrong):
    assert "Choose a picture" in wrong(extend(browser, miku, rows={"art": [{"caption": "Front"}]}))["art-0-upload"]
    twice = [{"upload": upload(png())}, {"upload": upload(png(), "again.png")}]
    assert wrong(extend(browser, miku, rows={"art": twice}))["art-1-upload"] == "This picture is there already."
    assert not ReferenceImage.objects.exists()


def test_a_picture_with_a_wrong_ending_is_kept_as_what_it_is(browser, miku, extend):
    odd = upload(png(), "初音ミク.exe", "application/x-dosexec")
    assert extend(browser, miku, rows={"art": [{"upload": odd}]}).status_code == 302
    image = miku.art.get().image
    answer = browser.get(f"/admin/ip_library/charactersheet/art/{image.sha256}.png")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%E5%88%9D%E9%9F%B3%E3%83%9F%E3%82%AF.png")


def test_a_picture_is_replaced_and_taken_away_with_its_row(browser, everything, save):
    first, second = [item.sha256 for item in document_of(everything).art]
    assert save(browser, everything, **{"art-0-upload": upload(png("#ffffff"))}).status_code == 302
    changed = [item.sha256 for item in document_of(everything).art]
    assert (changed[0] != first, changed[1]) == (True, second)
    assert save(browser, everything, **{"art-0-DELETE": "on"}).status_code == 302
    assert [item.sha256 for item in document_of(everything).art] == [second]
    assert ReferenceImage.objects.count() == 3


def test_the_page_shows_small_pictures_that_lead_to_large_ones(browser, everything):
    text = forms_of(browser, everything).content.decode()
    for item in document_of(everything).art:
        assert f'href="/admin/ip_library/charactersheet/art/{item.sha256}.png"' in text
        assert f'src="/admin/ip_library/charactersheet/art/{item.sha256}.webp"' in text


@pytest.mark.parametrize(("ending", "kind"), [("png", "image/png"), ("webp", "image/webp")])
def test_art_is_served_to_members_alone_and_can_do_nothing(
    as_user, browser, bob, charlie, empty_project, ending, kind, client
):
    row = store_reference(project=empty_project, data=png(), name='front".png', uploader=bob)
    url = f"/admin/ip_library/charactersheet/art/{row.sha256}.{ending}"
    answer = browser.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"] == f'inline; filename="front.{ending}"'
    assert browser.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert as_user(charlie).get(url).status_code == 404
    assert client.get(url).status_code == 302
    assert browser.get(url.replace(row.sha256, "0" * 64)).status_code == 404
    assert browser.post(url).status_code == 405
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    assert as_user(bob).get(url).status_code == 200
    Membership.objects.filter(user=bob).delete()
    assert as_user(bob).get(url).status_code == 404


def test_who_only_reads_sees_the_art_and_uploads_nothing(as_user, bob, everything):
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    reader = as_user(bob)
    url = f"/admin/ip_library/charactersheet/{everything.pk}/change/"
    page = reader.get(url)
    assert page.status_code == 200
    assert "art/" in page.content.decode()
    assert 'type="file"' not in page.content.decode()
    assert reader.post(url, {"art-0-upload": upload(png("#000000"))}).status_code == 403


def test_a_sheet_of_many_variants_costs_no_query_each(browser, miku, django_assert_max_num_queries):
    for number in range(20):
        miku.looks.create(slug=f"look-{number}", name="Look", hair=("red_hair",))
        miku.expressions.create(slug=f"face-{number}", name="Face", tags=("smile",))
    url = f"/admin/ip_library/charactersheet/{miku.pk}/change/"
    browser.get(url)
    with django_assert_max_num_queries(32):
        assert browser.get(url).status_code == 200
