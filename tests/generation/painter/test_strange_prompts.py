import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.painter import vocabulary
from generation.painter.blocking import paint
from generation.painter.colours import COLOURS
from ip_library.core.prompt import Block, Element, Prompt

TABLES = (
    vocabulary.HAIR, vocabulary.BANGS, vocabulary.OUTFIT, vocabulary.LOWER, vocabulary.EXTRAS, vocabulary.STANCE,
    vocabulary.ARMS, vocabulary.FACING, vocabulary.MOOD, vocabulary.PLACE, vocabulary.TIME, vocabulary.EFFECT,
)  # fmt: skip
KNOWN = sorted({tag for table in TABLES for tag in table})
TAG = st.one_of(
    st.sampled_from(KNOWN),
    st.builds(lambda colour, tag: f"{colour}_{tag}", st.sampled_from(sorted(COLOURS)), st.sampled_from(KNOWN)),
    st.text(max_size=12),
)
TAGS = st.lists(TAG, max_size=8).map(", ".join)
NUMBER = st.one_of(st.floats(-0.5, 1.5).map(lambda v: f"{v:.3f}"), st.just("9" * 400), st.just("nan"))
POSITION = st.one_of(
    st.builds(lambda x, y: f"x:{x}, y:{y}", NUMBER, NUMBER),
    st.sampled_from(["center", "left, foreground", "right, background", "center_left", "x:0", "y:1", ""]),
    st.text(max_size=10),
)
CHARACTER = st.tuples(
    st.tuples(st.just("n"), st.text(max_size=20)),
    st.tuples(st.just("gender"), st.sampled_from(["1girl", "1boy", "", "other"])),
    st.tuples(st.just("appearance"), TAGS),
    st.tuples(st.sampled_from(["pose", "clothing", "action", "appearance"]), TAGS),
    st.tuples(st.just("position"), POSITION),
)
SETTING = st.tuples(
    st.tuples(st.just("background"), TAGS), st.tuples(st.just("lighting"), TAGS), st.tuples(st.just("x"), TAGS)
)


def made(dialect, characters, setting):
    blocks = [Block(f"character_{i}", tuple(Element(*e) for e in one)) for i, one in enumerate(characters, start=1)]
    return Prompt(dialect, (*blocks, Block(dialect, tuple(Element(*e) for e in setting))))


PROMPT = st.builds(made, st.sampled_from(["scene", "general_tags"]), st.lists(CHARACTER, max_size=8), SETTING)


@given(prompt=PROMPT, width=st.integers(64, 320), height=st.integers(64, 320), seed=st.integers(-(2**63), 2**64))
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_prompt_makes_the_painter_fail_or_miss_the_size(prompt, width, height, seed):
    image = paint(prompt, width=width, height=height, seed=seed)
    assert (image.mode, image.size) == ("RGB", (width, height))


def only(**elements):
    return Block("character_1", tuple(Element(name, text) for name, text in elements.items()))


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt("scene", ()),
        Prompt("general_tags", (Block("general_tags"),)),
        Prompt("scene", (Block("character_1"),)),
        Prompt("scene", (only(appearance="blue_hair"),)),
        Prompt("scene", (only(n="x" * 5000, appearance=", ".join(f"tag_{i}" for i in range(5000))),)),
        Prompt(
            "scene",
            tuple(Block(f"character_{i}", (Element("position", f"x:{i % 2}, y:{i // 4}"),)) for i in range(1, 9)),
        ),
        Prompt("", (Block("danbooru_tags", (), "lowres, bad_anatomy"),)),
    ],
    ids=["nothing", "empty tags", "empty character", "hair only", "5000 tags", "eight in the corners", "negative"],
)
@pytest.mark.parametrize(("width", "height"), [(256, 1024), (1024, 256), (64, 64), (64, 2048)])
def test_strange_prompts_are_painted_in_strange_sizes(prompt, width, height):
    assert paint(prompt, width=width, height=height, seed=random.Random(1).getrandbits(63)).size == (width, height)


def test_the_largest_size_is_painted(sample):
    assert paint(sample, width=4096, height=4096, seed=1).size == (4096, 4096)
