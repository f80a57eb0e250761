from decimal import Decimal

import pytest

from ip_library.core import documents as d
from ip_library.models import (
    AuditEvent,
    CastMember,
    CharacterSheet,
    Episode,
    Expression,
    Label,
    Look,
    Pose,
    Project,
    Prop,
    Sequence,
    ShotComposition,
    Style,
    Version,
)
from ip_library.selectors.drafts import read_draft
from ip_library.services.projects import ensure_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def pose(drafts):
    return Pose.objects.create(project=drafts.project, slug="arms-crossed", name="腕組み", tags=("arms_crossed",))


@pytest.fixture
def umbrella(drafts):
    return Prop.objects.create(project=drafts.project, slug="umbrella", name="和傘", tags=("red_umbrella",))


@pytest.fixture
def style(drafts):
    return Style.objects.create(project=drafts.project, slug="tv-anime", name="TV", quality=("masterpiece",))


@pytest.fixture
def everything(browser, shot, pose, umbrella, style, extend):
    """The sample shot with every field of its form filled."""
    rows = {
        "props": [{"prop": umbrella.pk, "member": 1}, {"prop": umbrella.pk, "member": 0}],
        "interactions": [{"actor": 1, "partner": 2, "tags": "holding_hands, looking_at_another"}],
        "dialogue": [
            {"speaker": 2, "text": "「また会えたね」\n「うん」"},
            {"speaker": 0, "voice": "ナレーター", "text": "春だった。"},
        ],
    }
    fields = {
        "title": "再会", "style": style.pk, "style_version": "follow:canon", "size": "medium", "angle": "low",
        "seconds": 3, "frames": 12, "action": "桜の木の下。\nミクが微笑む。", "negative": "lowres", "notes": "柔らかく",
        "cast-0-look": "summer", "cast-0-expression": "gentle", "cast-0-preset": pose.pk, "cast-0-pose": "waving",
        "cast-0-x": "0.25", "cast-0-y": "0.8", "cast-0-scale": "1.25",
    }  # fmt: skip
    assert extend(browser, shot, rows=rows, **fields).status_code == 302
    return ShotComposition.objects.get(pk=shot.pk)


def document_of(shot):
    return read_draft(ShotComposition.objects.get(pk=shot.pk))


def test_every_field_of_a_shot_goes_through_its_form_into_the_draft(everything):
    document = document_of(everything)
    assert document.cast[0] == d.CastMember(
        d.Reference("miku"), d.Position(Decimal("0.25"), Decimal("0.8"), Decimal("1.25")), "summer", "gentle",
        ("waving",), d.Reference("arms-crossed"),
    )  # fmt: skip
    assert document.style == d.Reference("tv-anime", d.CANON)
    assert (document.title, document.size, document.angle) == ("再会", "medium", "low")
    assert document.duration == d.Duration(3, 12)
    assert document.action == "桜の木の下。\nミクが微笑む。"
    assert document.props == (d.PropUse(d.Reference("umbrella"), 1), d.PropUse(d.Reference("umbrella"), 0))
    assert document.interactions == (d.Interaction(1, 2, ("holding_hands", "looking_at_another")),)
    assert document.dialogue == (d.Line(2, "「また会えたね」\n「うん」"), d.Line(0, "春だった。", "ナレーター"))
    assert (document.negative, document.notes) == (("lowres",), "柔らかく")


def test_what_the_form_shows_of_a_full_shot_saves_as_the_same_shot(browser, everything, save, opened):
    before, fields, events = document_of(everything), opened(browser, everything), AuditEvent.objects.count()
    assert save(browser, everything).status_code == 302
    assert (document_of(everything), AuditEvent.objects.count()) == (before, events)
    assert opened(browser, everything) == fields


def test_props_interactions_and_lines_follow_their_member_when_the_cast_is_put_in_another_order(
    browser, everything, save
):
    swapped = {"cast-0-number": 2, "cast-1-number": 1}
    assert save(browser, everything, **swapped).status_code == 302
    document = document_of(everything)
    assert [member.character.asset for member in document.cast] == ["len", "miku"]
    assert [use.member for use in document.props] == [2, 0]
    assert [(item.actor, item.partner) for item in document.interactions] == [(2, 1)]
    assert [line.speaker for line in document.dialogue] == [1, 0]


def test_a_member_that_others_name_cannot_leave_unnoticed(browser, everything, save, wrong):
    before = document_of(everything)
    answer = wrong(save(browser, everything, **{"cast-0-DELETE": "on"}))
    message = "member 1 is not in the cast, or is taken out of it; choose another one, or delete this row"
    assert answer == {"props-0-member": message, "interactions-0-actor": message}
    assert document_of(everything) == before
    gone = {"cast-0-DELETE": "on", "props-0-DELETE": "on", "interactions-0-DELETE": "on"}
    assert save(browser, everything, **gone).status_code == 302
    assert [line.speaker for line in document_of(everything).dialogue] == [1, 0]


def test_new_members_are_named_before_they_are_saved(browser, everything, extend, miku):
    cast = [{"character": miku.pk, "x": "0.1", "number": 1}, {"character": miku.pk, "x": "0.9"}]
    rows = {"cast": cast, "interactions": [{"actor": 3, "partner": 4, "tags": "back-to-back"}]}
    assert extend(browser, everything, rows=rows, **{"cast-0-number": 2, "cast-1-number": 3}).status_code == 302
    document = document_of(everything)
    assert [str(member.position.x) for member in document.cast] == ["0.100", "0.250", "0.300", "0.900"]
    assert [(item.actor, item.partner) for item in document.interactions] == [(2, 3), (1, 4)]


def test_parts_are_ordered_by_their_places(browser, everything, save):
    assert save(browser, everything, **{"dialogue-0-number": 2, "dialogue-1-number": 1}).status_code == 302
    assert [line.speaker for line in document_of(everything).dialogue] == [0, 2]
    assert list(everything.dialogue.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("interactions-0-tags", "", "required"),
        ("interactions-0-tags", "a<b", "'a<b' holds"),
        ("interactions-0-partner", "1", "member 1 cannot be its own partner"),
        ("interactions-0-partner", "8", "member 8 is not in the cast"),
        ("interactions-0-partner", "0", "not one of the available choices"),
        ("props-0-member", "9", "not one of the available choices"),
        ("props-0-prop", "999", "Select a valid choice"),
        ("props-0-prop_version", "pin:3", "prop 'umbrella' has no version 3"),
        ("dialogue-0-text", "", "required"),
        ("dialogue-0-voice", "Len", "names somebody unseen, but member 2 says it"),
        ("cast-0-preset_version", "pin:1", "pose 'arms-crossed' has no version 1"),
    ],
)
def test_what_is_wrong_with_a_part_stands_beside_its_field(browser, everything, save, wrong, field, typed, message):
    before = document_of(everything)
    response = save(browser, everything, **{field: typed})
    assert response.status_code == 200
    assert list(wrong(response)) == [field]
    assert message in wrong(response)[field]
    assert document_of(everything) == before


def version_of(project, kind, asset, number, like):
    return Version.objects.create(
        project=project, changeset=like.changeset, kind=kind, asset=asset, number=number, document="<x/>",
        sha256=f"{number:064d}", blob="0" * 40,
    )  # fmt: skip


def choices(browser, shot, name):
    form = browser.get(f"/admin/ip_library/shotcomposition/{shot.pk}/change/").context["adminform"].form
    return {
        value: text
        for value, label in form.fields[name].choices
        for value, text in (label if isinstance(label, list) else [(value, label)])
    }


@pytest.mark.django_db(transaction=True)
def test_the_version_of_a_scene_is_chosen_among_its_labels_and_versions(browser, sakura, save, wrong):
    shot = ShotComposition.objects.get()
    version = Version.objects.get(kind="scene")
    Label.objects.create(project=sakura, kind="scene", asset=version.asset, name="key-visual", version=version)
    assert choices(browser, shot, "scene_version") == {
        "follow:latest": "follow latest (now v001)",
        "follow:canon": "follow canon (nothing approved yet)",
        "follow:key-visual": "follow key-visual (now v001)",
        "pin:1": "pin v001",
    }
    for said, reference in (
        ("pin:1", d.Reference(version.asset, "", 1)),
        ("follow:key-visual", d.Reference(version.asset, "key-visual")),
        ("follow:canon", d.Reference(version.asset, d.CANON)),
        ("", d.Reference(version.asset)),
    ):
        assert save(browser, shot, scene_version=said).status_code == 302
        assert document_of(shot).scene == reference
    assert "there are: v001" in wrong(save(browser, shot, scene_version="pin:2"))["scene_version"]


@pytest.mark.django_db(transaction=True)
def test_what_a_draft_follows_stays_on_offer_when_the_label_is_gone(browser, sakura, save):
    shot = ShotComposition.objects.get()
    ShotComposition.objects.update(scene_follow="gone")
    assert choices(browser, shot, "scene_version")["follow:gone"] == "follow gone (points nowhere)"
    assert save(browser, shot, title="Other").status_code == 302
    assert document_of(shot).scene.follow == "gone"


def test_a_shot_without_a_scene_pins_nothing(browser, shot, save):
    assert save(browser, shot, scene="", scene_version="pin:1").status_code == 302
    fresh = ShotComposition.objects.get(pk=shot.pk)
    assert (fresh.scene, fresh.scene_follow, fresh.scene_pin) == (None, "latest", None)


def test_a_variant_offers_and_wears_what_its_base_has(browser, drafts, miku, shot, extend):
    winter = CharacterSheet.objects.create(project=drafts.project, slug="miku-winter", name="冬ミク", base=miku)
    Look.objects.create(character=winter, slug="coat", name="Coat", clothing=("coat",))
    row = {"character": winter.pk, "look": "summer", "expression": "gentle"}
    assert extend(browser, shot, rows={"cast": [row]}).status_code == 302
    page = browser.get(f"/admin/ip_library/shotcomposition/{shot.pk}/change/")
    form = page.context["inline_admin_formsets"][0].formset.forms[2]
    groups = dict(form.fields["look"].choices)
    own = [("coat", "coat · Coat"), ("no-glasses", "no-glasses · Without glasses (from miku)"),
           ("summer", "summer · Summer uniform (from miku)")]  # fmt: skip
    assert groups["of miku-winter"] == own


def test_a_look_that_has_gone_from_the_draft_stays_on_offer(browser, shot, save):
    CastMember.objects.filter(shot=shot, number=1).update(look="retired")
    assert save(browser, shot, title="Other").status_code == 302
    assert document_of(shot).cast[0].look == "retired"


def test_a_code_must_follow_the_pattern_of_its_project(browser, drafts, miku, shot, add, save, wrong):
    Project.objects.update(shot_pattern="EP{episode:03}_C{shot:03}")
    page = browser.get("/admin/ip_library/shotcomposition/add/")
    assert page.context["adminform"].form.fields["code"].help_text == "EP001_C010. It never changes."
    rows = {"cast": [{"character": miku.pk}]}
    answer = add(browser, "shotcomposition", rows=rows, project=drafts.project.pk, code="E01_SQ010_SH0020")
    assert "does not follow the project's pattern EP{episode:03}_C{shot:03}: EP001_C010" in wrong(answer)["code"]
    fine = add(browser, "shotcomposition", rows=rows, project=drafts.project.pk, code="EP001_C020")
    assert fine.status_code == 302
    assert save(browser, shot, title="Older than the pattern").status_code == 302


def test_episode_and_sequence_come_with_the_first_shot_and_link_to_it(browser, drafts, miku, add, save):
    rows = {"cast": [{"character": miku.pk}]}
    add(browser, "shotcomposition", rows=rows, project=drafts.project.pk, code="E02_SQ030_SH0010", title="海辺")
    episode, sequence = Episode.objects.get(code="E02"), Sequence.objects.get(code="SQ030")
    assert save(browser, episode, name="第二話", notes="夏").status_code == 302
    assert save(browser, sequence, name="海", code="SQ999", episode="").status_code == 302
    sequence.refresh_from_db()
    assert (sequence.code, sequence.episode, sequence.name) == ("SQ030", episode, "海")
    events = AuditEvent.objects.filter(action="edit", subject__in=["episode/E02", "sequence/E02_SQ030"])
    assert [event.after["name"] for event in events.order_by("pk")] == ["第二話", "海"]
    for row in (episode, sequence):
        text = browser.get(f"/admin/ip_library/{row._meta.model_name}/{row.pk}/change/").content.decode()
        assert "E02_SQ030_SH0010</a> 海辺" in text
    assert browser.get("/admin/ip_library/episode/add/").status_code == 403
    lists = browser.get("/admin/ip_library/sequence/").content.decode()
    assert "海" in lists


def test_episodes_of_other_projects_are_not_there(as_user, charlie, browser, shot, save):
    save(browser, shot, title="Makes the episode")
    episode = Episode.objects.get(code="E01")
    url = f"/admin/ip_library/episode/{episode.pk}/change/"
    assert browser.get(url).status_code == 200
    stranger = as_user(charlie)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize("field", ["style", "props-0-prop", "cast-0-preset", "cast-0-character"])
def test_what_another_project_has_is_neither_offered_nor_taken(
    browser, everything, alice, save, wrong, field, as_user, charlie
):
    other = ensure_project(slug="alices", owner=alice)
    name = field.rpartition("-")[2]
    model = {"style": Style, "prop": Prop, "preset": Pose, "character": CharacterSheet}[name]
    foreign = model.objects.create(project=other, slug="foreign-thing", name="Foreign")
    text = browser.get(f"/admin/ip_library/shotcomposition/{everything.pk}/change/").content.decode()
    assert "foreign-thing" not in text
    assert list(wrong(save(browser, everything, **{field: foreign.pk}))) == [field]
    both = as_user(alice)
    assert list(wrong(save(both, everything, **{field: foreign.pk}))) == [field]


def test_a_member_of_a_shot_costs_no_query(browser, shot, pose, umbrella, django_assert_max_num_queries):
    url = f"/admin/ip_library/shotcomposition/{shot.pk}/change/"
    project = shot.project
    for number in range(3, 9):
        sheet = CharacterSheet.objects.create(project=project, slug=f"extra-{number}", name="Extra", hair=("hair",))
        Look.objects.create(character=sheet, slug="own", name="Own", hair=("red_hair",))
        Expression.objects.create(character=sheet, slug="grin", name="Grin", tags=("grin",))
        shot.cast.create(number=number, character=sheet, look="own", expression="grin", preset=pose)
        shot.props.create(number=number, prop=umbrella, member=number)
        shot.interactions.create(number=number, actor=1, partner=number, tags=("hug",))
        shot.dialogue.create(number=number, speaker=number, text="…")
    for number in range(40):
        CharacterSheet.objects.create(project=project, slug=f"far-{number}", name="Far", hair=("hair",))
    browser.get(url)  # fills what a process reads once
    with django_assert_max_num_queries(40):
        response = browser.get(url)
    assert response.status_code == 200
