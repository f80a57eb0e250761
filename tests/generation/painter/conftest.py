"""Prompts as short as a test can say them, and a measure for colours in a picture."""

from collections.abc import Callable

import pytest

from ip_library.core.prompt import GENERAL_TAGS, SCENE, Block, Element, Prompt


def block(name, **elements):
    return Block(name, tuple(Element(key, text) for key, text in elements.items() if text))


def scene_prompt(*characters, background="", lighting=""):
    """Characters are ``(n, gender, appearance, pose, position)``."""
    keys = ("n", "gender", "appearance", "pose", "position")
    blocks = [block(f"character_{i}", **dict(zip(keys, one, strict=True))) for i, one in enumerate(characters, start=1)]
    return Prompt(SCENE, (*blocks, block("scene", background=background, lighting=lighting)))


def tags_prompt(*characters, background="", lighting=""):
    """Characters are ``(n, gender, appearance, clothing, expression, action, position)``."""
    keys = ("n", "gender", "appearance", "clothing", "expression", "action", "position")
    blocks = [block(f"character_{i}", **dict(zip(keys, one, strict=True))) for i, one in enumerate(characters, start=1)]
    return Prompt(GENERAL_TAGS, (*blocks, block("general_tags", background=background, lighting=lighting)))


MIKU = ("blue_hair, long_twintails, teal_eyes", "red_school_uniform, round_glasses")
LEN = ("yellow_hair, short_spiky, blue_eyes", "blue_school_uniform")


@pytest.fixture
def scene() -> Callable[..., Prompt]:
    return scene_prompt


@pytest.fixture
def sample() -> Prompt:
    """The sample shot in the scene dialect."""
    return scene_prompt(
        ("miku", "1girl", ", ".join(MIKU), "standing, facing_front, slight_smile", "x:0.5, y:0.7"),
        ("len", "1boy", ", ".join(LEN), "standing, facing_left, hands_in_pockets", "x:0.3, y:0.7"),
        background="cherry_blossom_tree, soft_blur",
        lighting="daytime, gentle_sunlight",
    )


@pytest.fixture
def sample_as_tags() -> Prompt:
    """The same shot in the general_tags dialect."""
    return tags_prompt(
        ("miku", "1girl", *MIKU, "slight_smile", "standing, facing_front", "center"),
        ("len", "1boy", *LEN, "", "standing, facing_left, hands_in_pockets", "center_left"),
        background="cherry_blossom_tree, soft_blur",
        lighting="daytime, gentle_sunlight",
    )


@pytest.fixture
def spots_of() -> Callable[..., list[tuple[int, int]]]:
    """A measure: the pixels of a picture that are close to a colour, in a box given as shares of the sides."""

    def measure(image, colour, box=(0.0, 0.0, 1.0, 0.94), tolerance=34):
        left, top = round(box[0] * image.width), round(box[1] * image.height)
        right, foot = round(box[2] * image.width), round(box[3] * image.height)
        part = image.crop((left, top, right, foot))
        data = part.tobytes()
        wide = part.width
        return [
            (left + i % wide, top + i // wide)
            for i in range(wide * part.height)
            if all(abs(data[3 * i + c] - colour[c]) <= tolerance for c in range(3))
        ]

    return measure
