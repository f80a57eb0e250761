import pytest

from generation.painter.colours import COLOURS, split_colour
from generation.painter.placing import read_position, spread
from generation.painter.reading import read
from ip_library.core.prompt import Block, Element, Prompt


def figure(gender="1girl", position="", **elements):
    given = (("gender", gender), ("position", position), *elements.items())
    return read(Prompt("scene", (Block("character_1", tuple(Element(k, v) for k, v in given)),))).figures[0]


def setting(**elements):
    return read(Prompt("scene", (Block("scene", tuple(Element(k, v) for k, v in elements.items())),))).setting


@pytest.mark.parametrize(
    ("tag", "colour", "rest"),
    [
        ("blue_hair", COLOURS["blue"], "hair"),
        ("teal_eyes", COLOURS["teal"], "eyes"),
        ("red_school_uniform", COLOURS["red"], "school_uniform"),
        ("blonde_hair", COLOURS["yellow"], "hair"),
        ("gray_hair", COLOURS["grey"], "hair"),
        ("long_green_hair", COLOURS["green"], "long_hair"),
        ("twintails", None, "twintails"),
        ("dark_alley", None, "dark_alley"),
    ],
)
def test_a_tag_is_split_into_its_colour_and_the_rest(tag, colour, rest):
    assert split_colour(tag) == (colour, rest)


def test_light_and_dark_shift_a_colour_up_and_down():
    light, plain, dark = (sum(split_colour(f"{word}blue_hair")[0]) for word in ("light_", "", "dark_"))
    assert dark < plain < light
    assert split_colour("light_blue_hair")[1] == "hair"


def test_the_sample_characters_are_read_whole(sample):
    shot = read(sample)
    miku, len_ = shot.figures
    assert (miku.hair, miku.hair_colour, miku.eyes) == ("twintails", COLOURS["blue"], COLOURS["teal"])
    assert (miku.outfit, miku.outfit_colour, miku.girl) == ("school_uniform", COLOURS["red"], True)
    assert (miku.stance, miku.facing, miku.mood, set(miku.extras)) == ("standing", "front", "smile", {"round_glasses"})
    assert (miku.x, miku.y) == (0.5, 0.7)
    assert (len_.hair, len_.hair_colour, len_.eyes) == ("spiky", COLOURS["yellow"], COLOURS["blue"])
    assert (len_.outfit_colour, len_.girl, len_.facing, len_.arms) == (COLOURS["blue"], False, "left", "pockets")
    assert (shot.setting.place, shot.setting.blur, shot.setting.time) == ("cherry_blossom_tree", True, "day")
    assert shot.undrawn == ()


def test_both_dialects_are_read_into_the_same_figures(sample, sample_as_tags):
    for one, two in zip(read(sample).figures, read(sample_as_tags).figures, strict=True):
        for name in (
            "name",
            "girl",
            "hair",
            "hair_colour",
            "eyes",
            "outfit",
            "outfit_colour",
            "facing",
            "arms",
            "mood",
        ):
            assert getattr(one, name) == getattr(two, name), name
        assert abs(one.x - two.x) < 0.01 and abs(one.y - two.y) < 0.051
    assert read(sample).setting == read(sample_as_tags).setting


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("x:0.5, y:0.7", 0.5, 0.7),
        ("y:0.25,x:1", 1.0, 0.25),
        ("x:-3, y:7", 0.0, 1.0),
        ("left", 0.1, 0.75),
        ("center_left", 0.3, 0.75),
        ("center", 0.5, 0.75),
        ("center_right", 0.7, 0.75),
        ("right", 0.9, 0.75),
    ],
)
def test_positions_are_read_in_numbers_and_in_words(text, x, y):
    place = read_position(text)
    assert (place.x, place.y, place.unread) == (x, y, ())


def test_foreground_is_larger_and_lower_and_background_smaller_and_higher():
    near, middle, far = (read_position(text) for text in ("left, foreground", "left", "left, background"))
    assert near.scale > middle.scale > far.scale
    assert near.y > middle.y > far.y


def test_characters_without_a_position_share_the_width_evenly():
    spots = spread([read_position("") for _ in range(4)])
    assert [spot.x for spot in spots] == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_characters_of_one_word_step_aside_and_given_numbers_stay():
    two = spread([read_position("center"), read_position("center")])
    assert two[0].x < 0.5 < two[1].x
    exact = spread([read_position("x:0.5, y:0.7"), read_position("x:0.5, y:0.7")])
    assert [spot.x for spot in exact] == [0.5, 0.5]


def test_what_cannot_be_drawn_is_listed_once_style_and_quality_last():
    character = Block(
        "character_1", (Element("appearance", "red_hair, gills, gills"), Element("position", "center, upside"))
    )
    general = Block(
        "general_tags",
        (Element("quality", "masterpiece"), Element("background", "beach, whale"), Element("count", "1girl")),
    )
    assert read(Prompt("general_tags", (character, general))).undrawn == ("upside", "gills", "whale", "masterpiece")


def test_tags_are_read_through_weights_escapes_case_and_spaces():
    one = figure(appearance="(Blue Hair:1.2), \\(twintails\\), RED-school-uniform")
    assert (one.hair_colour, one.hair, one.outfit_colour) == (COLOURS["blue"], "twintails", COLOURS["red"])


@pytest.mark.parametrize(
    ("gender", "girl"),
    [("1girl", True), ("1boy", False), ("female", True), ("male", False), ("woman", True), ("man", False)],
)
def test_the_gender_is_read(gender, girl):
    assert figure(gender=gender).girl is girl


def test_a_tied_style_wins_over_a_length():
    assert figure(appearance="long_hair, ponytail").hair == "ponytail"


def test_separate_garments_are_worn_together():
    one = figure(clothing="white_shirt, green_skirt, black_thighhighs")
    assert (one.outfit, one.outfit_colour, one.lower, one.lower_colour) == (
        "tshirt",
        COLOURS["white"],
        "skirt",
        COLOURS["green"],
    )
    assert one.extras == {"thighhighs": COLOURS["black"]}


def test_a_place_is_preferred_to_a_mere_sky_and_night_turns_a_city_into_its_night():
    assert setting(background="blue_sky, beach").place == "beach"
    assert setting(background="city", lighting="night").place == "night_city"
    assert setting(background="school_rooftop, soft_blur", lighting="sunset, rim_light").effects == {"rim"}
