import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from generation.painter import marks
from generation.painter.blocking import paint
from generation.painter.colours import COLOURS
from generation.painter.layout import lay_out
from generation.painter.places import PLACES
from generation.painter.reading import read

ROOT = Path(__file__).parents[3]
SIZE = {"width": 384, "height": 256}
DIGEST_IN_A_PROCESS = """
import hashlib, sys
from generation.painter.blocking import paint
from ip_library.core.prompt import Block, Element, Prompt
girl = Block("character_1", (Element("n", "miku"), Element("gender", "1girl"),
    Element("appearance", "blue_hair, twintails, red_dress, scarf, cat_ears, odd_tag"), Element("pose", "waving")))
place = Block("scene", (Element("background", "forest"), Element("lighting", "sunset, rain, sparkles, falling_petals")))
image = paint(Prompt("scene", (girl, place)), width=192, height=128, seed=5)
print(hashlib.sha256(image.tobytes()).hexdigest())
heavy = [name for name in ("django", "torch", "numpy", "celery", "git") if name in sys.modules]
print(",".join(heavy) or "light")
"""


def centre(points):
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def girl(appearance, pose="standing", position="x:0.5, y:0.75"):
    return ("one", "1girl", appearance, pose, position)


def in_a_process(hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DIGEST_IN_A_PROCESS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def test_the_same_shot_gives_the_same_bytes_in_every_process_whatever_its_hash_seed():
    first, *others = (in_a_process(seed) for seed in ("0", "1", "424242"))
    assert all(other == first for other in others)


def test_painting_loads_neither_django_nor_torch_nor_numpy():
    assert in_a_process("0")[1] == "light"


def test_painting_leaves_the_global_random_state_alone_and_does_not_read_it(sample):
    import random

    random.seed(1)
    before = random.getstate()
    one = paint(sample, **SIZE, seed=3)
    assert random.getstate() == before
    random.seed(2)
    assert paint(sample, **SIZE, seed=3).tobytes() == one.tobytes()


def test_a_picture_is_rgb_in_exactly_the_size_asked(sample):
    for width, height in ((64, 64), (200, 100), (101, 333)):
        image = paint(sample, width=width, height=height, seed=0)
        assert (image.mode, image.size) == ("RGB", (width, height))


@pytest.mark.parametrize(("width", "height", "name"), [(63, 100, "width"), (100, 4097, "height"), (0, 100, "width")])
def test_a_side_outside_the_limits_is_refused_by_name_and_limit(sample, width, height, name):
    with pytest.raises(ValueError, match=rf"{name} is {min(width, height) if name == 'width' else height}.*64 to 4096"):
        paint(sample, width=width, height=height, seed=0)


def test_the_seed_varies_the_incidental_but_neither_places_nor_colours(sample, spots_of):
    one, two = (paint(sample, width=768, height=512, seed=seed) for seed in (1, 2))
    changed = sum(ImageChops.difference(one, two).convert("L").point([0] * 8 + [1] * 248).tobytes()) / (768 * 512)
    assert changed > 0.01
    for colour, box in ((COLOURS["blue"], (0.36, 0.1, 0.64, 0.6)), (COLOURS["red"], (0.4, 0.35, 0.6, 0.6))):
        a, b = spots_of(one, colour, box), spots_of(two, colour, box)
        assert abs(len(a) - len(b)) < 0.08 * len(a)
        assert max(abs(p - q) for p, q in zip(centre(a), centre(b), strict=True)) < 4


@pytest.mark.parametrize("x", [0.25, 0.7])
@pytest.mark.parametrize(
    ("hair", "cloth", "eyes"), [("blue", "red", "green"), ("yellow", "navy", "red"), ("pink", "teal", "purple")]
)
def test_hair_clothing_and_eye_colours_stand_where_the_position_says(scene, spots_of, x, hair, cloth, eyes):
    tags = f"{hair}_hair, bob, {eyes}_eyes, {cloth}_hoodie"
    image = paint(scene(girl(tags, position=f"x:{x}, y:0.8")), width=768, height=512, seed=1)
    head, body = (x - 0.09, 0.22, x + 0.09, 0.52), (x - 0.07, 0.5, x + 0.07, 0.7)
    left_out = (x - 0.35, 0.22, x - 0.12, 0.7) if x > 0.5 else (x + 0.12, 0.22, x + 0.35, 0.7)
    assert len(spots_of(image, COLOURS[hair], head)) > 2500
    assert len(spots_of(image, COLOURS[cloth], body)) > 1500
    assert len(spots_of(image, COLOURS[eyes], (x - 0.07, 0.36, x + 0.07, 0.48))) > 60
    assert not spots_of(image, COLOURS[hair], left_out, tolerance=16)
    assert not spots_of(image, COLOURS[cloth], left_out, tolerance=16)


def test_every_colour_word_gives_hair_of_that_colour(scene, spots_of):
    for word, colour in COLOURS.items():
        image = paint(scene(girl(f"{word}_hair, bob")), width=192, height=128, seed=1)
        assert len(spots_of(image, colour, (0.35, 0.1, 0.65, 0.5))) > 150, word


def test_moving_x_and_y_moves_the_figure_by_as_much(scene, spots_of):
    def hair(x, y):
        picture = paint(
            scene(girl("red_hair, bob, white_dress", position=f"x:{x}, y:{y}")), width=600, height=400, seed=1
        )
        return centre(spots_of(picture, COLOURS["red"], (0, 0, 1, 0.6), tolerance=24))

    start, aside = hair(0.3, 0.72), hair(0.7, 0.72)
    assert aside[0] - start[0] == pytest.approx(0.4 * 600, abs=6)
    assert aside[1] == pytest.approx(start[1], abs=3)
    assert hair(0.3, 0.85)[1] - start[1] > 0.05 * 400


def test_both_dialects_place_and_colour_the_same_shot_alike(sample, sample_as_tags, spots_of):
    one, two = (paint(prompt, width=600, height=400, seed=1) for prompt in (sample, sample_as_tags))
    for colour, box in ((COLOURS["red"], (0.38, 0.2, 0.62, 0.7)), (COLOURS["yellow"], (0.15, 0.0, 0.42, 0.5))):
        a, b = spots_of(one, colour, box), spots_of(two, colour, box)
        assert len(a) == pytest.approx(len(b), rel=0.2)
        assert centre(a)[0] == pytest.approx(centre(b)[0], abs=0.03 * 600)
        assert centre(a)[1] == pytest.approx(centre(b)[1], abs=0.06 * 400)


@pytest.mark.parametrize("x", [0.25, 0.8])
def test_a_ring_with_a_cross_marks_the_feet_position_on_the_ground(scene, spots_of, x):
    one = girl("red_hair, black_dress", position=f"x:{x}, y:0.8")
    image = paint(scene(one, background="room"), width=600, height=400, seed=1)
    ring = spots_of(image, marks.CYAN, (0, 0.7, 1, 0.92), tolerance=50)
    assert len(ring) > 60
    assert (min(p[0] for p in ring) + max(p[0] for p in ring)) / 2 == pytest.approx(x * 600, abs=3)
    assert (min(p[1] for p in ring) + max(p[1] for p in ring)) / 2 == pytest.approx(0.8 * 400, abs=8)


def test_two_characters_in_one_spot_are_both_seen(scene, spots_of):
    one, two = girl("red_hair, bob, white_dress"), girl("green_hair, bob, white_dress")
    image = paint(scene(one, two), width=600, height=400, seed=1)
    assert min(len(spots_of(image, COLOURS[word])) for word in ("red", "green")) > 900


def test_who_stands_lower_stands_in_front(scene, spots_of):
    def red_to_green(y):
        back = girl("red_hair, long_hair, red_coat", position="x:0.5, y:0.7")
        picture = paint(
            scene(back, girl("green_hair, long_hair, green_coat", position=f"x:0.56, y:{y}")), **SIZE, seed=1
        )
        red, green = (len(spots_of(picture, COLOURS[word])) for word in ("red", "green"))
        return red / green

    assert red_to_green(0.74) < 0.9 < 1.1 < red_to_green(0.66)


def test_every_picture_carries_the_previz_band_whatever_it_shows(sample, scene):
    for width, height in ((64, 64), (384, 256), (1024, 256), (256, 1024)):
        one, two = (paint(prompt, width=width, height=height, seed=9) for prompt in (sample, scene(background="beach")))
        text = marks.plan_band((), width, height)
        strip = (0, height - text.height + 2, min(width, 9 * text.text) - 2, height - 2)
        assert one.crop(strip).tobytes() == two.crop(strip).tobytes()
        yellow = sum(
            1 for r, g, b in zip(*[iter(one.crop(strip).tobytes())] * 3, strict=True) if r > 200 and g > 150 and b < 120
        )
        assert 0.05 < yellow / ((strip[2] - strip[0]) * (strip[3] - strip[1])) < 0.7


def test_the_band_says_previz_in_letters(sample, monkeypatch):
    lettered = paint(sample, **SIZE, seed=1)
    monkeypatch.setattr(marks, "WORD", "OTHERS")
    other = paint(sample, **SIZE, seed=1)
    box = ImageChops.difference(lettered, other).getbbox()
    assert box is not None and box[1] > 256 * 0.9


def test_a_tag_that_cannot_be_drawn_is_written_into_the_band_and_changes_nothing_else(scene):
    plain = paint(scene(girl("red_hair")), **SIZE, seed=1)
    told = paint(scene(girl("red_hair, wears_a_monocle")), **SIZE, seed=1)
    box = ImageChops.difference(plain, told).getbbox()
    assert box is not None and box[1] >= 256 - marks.plan_band(("wears_a_monocle",), 384, 256).height - 2


def test_a_name_is_written_and_changes_the_picture_near_the_figure_alone(scene):
    one, two = (
        paint(scene((name, "1girl", "red_hair", "", "x:0.3, y:0.7")), **SIZE, seed=1) for name in ("mio", "rin")
    )
    box = ImageChops.difference(one, two).getbbox()
    assert box is not None
    assert 0.2 * 384 < box[0] < box[2] < 0.4 * 384
    assert 0.65 * 256 < box[1] < box[3] < 0.85 * 256


@pytest.mark.parametrize("name", ["初音ミク", "Мику", "미쿠", "\U0001f431", "$character_1$", "", "\u202e\u0000"])
def test_a_name_the_font_cannot_draw_is_shown_as_its_character_number(scene, name):
    shown, expected = (paint(scene((n, "1girl", "red_hair", "", "")), **SIZE, seed=1) for n in (name, "character_1"))
    assert shown.tobytes() == expected.tobytes()


def test_labels_of_a_crowd_never_overlap_and_stay_inside(scene, monkeypatch):
    boxes = []
    monkeypatch.setattr(marks, "_draw_label", lambda image, box, *rest: boxes.append(box))
    crowd = [
        ("a very long name indeed, of a very old house", "1girl", "red_hair", "", f"x:0.5, y:0.{60 + i}")
        for i in range(8)
    ]
    paint(scene(*crowd), width=768, height=512, seed=1)
    assert len(boxes) == 8
    for i, a in enumerate(boxes):
        assert a[0] >= 0 and a[1] >= 0 and a[2] <= 768 and a[3] <= 512
        assert a[2] - a[0] < 0.45 * 768
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in boxes[i + 1 :])


@pytest.mark.parametrize(("width", "height"), [(768, 512), (512, 768), (256, 1024), (1024, 256)])
@pytest.mark.parametrize("y", [0.3, 0.55, 0.7, 0.85, 1.0])
def test_heads_are_never_cut(scene, width, height, y):
    shot = read(scene(*(girl("red_hair, witch_hat", position=f"x:{x}, y:{y}") for x in (0, 0.5, 1))))
    for spot in lay_out(shot.figures, width, height, 0.93 * height):
        left, top, right, _ = spot.head
        assert left >= -0.5 and top >= -0.5 and right <= width + 0.5


def test_a_figure_in_the_middle_is_about_half_the_canvas_tall(scene):
    spot = lay_out(read(scene(girl("", position="x:0.5, y:0.7"))).figures, 768, 512, 480)[0]
    assert spot.height == pytest.approx(0.55 * 512, rel=0.05)


def test_soft_blur_blurs_the_background_and_leaves_the_figure(scene):
    sharp, soft = (
        paint(scene(girl("red_hair, bob"), background=tags), width=768, height=512, seed=1)
        for tags in ("street", "street, soft_blur")
    )

    def edges(image, box):
        part = image.crop(box).convert("L")
        return ImageStat.Stat(ImageChops.difference(part, ImageChops.offset(part, 1, 0))).mean[0]

    assert edges(soft, (20, 20, 300, 280)) < 0.6 * edges(sharp, (20, 20, 300, 280))
    body = (370, 300, 398, 320)
    assert soft.crop(body).tobytes() == sharp.crop(body).tobytes()


def test_light_by_its_tag_grades_the_picture(scene):
    def mean(light):
        return ImageStat.Stat(
            paint(scene(background="park", lighting=light), **SIZE, seed=1).crop((8, 8, 376, 220))
        ).mean

    day, sunset, night, overcast = (mean(light) for light in ("daytime", "golden_hour", "moonlight", "overcast"))
    assert sum(night) < 0.6 * sum(day)
    assert sunset[0] / sunset[2] > 1.25 * day[0] / day[2]
    assert max(overcast) - min(overcast) < max(day) - min(day)


def test_every_place_has_its_own_picture(scene):
    drawn = {
        name: hashlib.sha256(paint(scene(background=name), **SIZE, seed=1).tobytes()).digest() for name in (*PLACES, "")
    }
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize(
    "tags",
    [
        "twintails ponytail bob short_spiky short_hair long_hair braids bun side_tail medium_hair double_bun very_long_hair",
        "school_uniform dress suit hoodie kimono armor coat sweater jacket maid t-shirt",
        "round_glasses sunglasses straw_hat beret witch_hat scarf hair_ribbon cat_ears headphones hair_flower",
        "standing sitting walking running jumping arms_up waving hands_in_pockets arms_crossed hands_on_hips",
        "facing_front facing_left facing_right facing_back",
        "smile happy angry sad surprised closed_eyes blush neutral wink",
    ],
)
def test_every_tag_of_a_kind_draws_its_own_figure(scene, tags):
    drawn = {}
    for tag in tags.split():
        image = paint(scene(girl(f"red_hair, {tag}")), **SIZE, seed=1)
        drawn[hashlib.sha256(image.crop((120, 0, 264, 200)).tobytes()).digest()] = tag
    assert len(drawn) == len(tags.split())


def test_a_boy_is_drawn_other_than_a_girl(scene):
    one, two = (
        paint(scene(("a", gender, "red_hair, short_hair, blue_suit", "", "")), **SIZE, seed=1)
        for gender in ("1girl", "1boy")
    )
    assert ImageChops.difference(one, two).getbbox() is not None


def test_facing_right_mirrors_facing_left():
    from generation.painter.figure import draw_figure
    from generation.painter.shot import Figure

    def tile(facing):
        figure = Figure(
            "a", True, "bob", (208, 52, 58), (28, 156, 158), (255, 226, 208), "suit", (44, 58, 112), facing=facing
        )
        return draw_figure(figure, 220, 0.0).image

    back = tile("right").transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    left, front = tile("left"), tile("front")
    same = ImageStat.Stat(ImageChops.difference(left, back)).mean
    other = ImageStat.Stat(ImageChops.difference(left, front)).mean
    assert max(same) < 2.5 < max(other)


def test_a_full_crowd_at_1024_by_768_takes_less_than_two_seconds_of_one_core(scene):
    tags = "blue_hair, twintails, teal_eyes, red_school_uniform, round_glasses, scarf, straw_hat, gloves, backpack"
    crowd = [(f"n{i}", "1girl", tags, "waving, happy", f"x:{i / 7}, y:{0.6 + 0.05 * i}") for i in range(8)]
    start = time.process_time()
    paint(
        scene(*crowd, background="forest, soft_blur", lighting="night, rim_light, rain"), width=1024, height=768, seed=1
    )
    assert time.process_time() - start < 2.0
