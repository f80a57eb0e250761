"""What the tests of the generation service share."""

import pytest

from ip_library.selectors.library import get_shot_prompt

SHOT = "E01_SQ010_SH0010"


@pytest.fixture(autouse=True)
def engines(settings):
    """The engines that tests need, beside the real ones."""
    names = ("flat", "slow", "poison", "broken", "flaky")
    own = {name: f"tests.generation.engines.{name.title()}Engine" for name in names}
    settings.ENGINES = {**settings.ENGINES, **own}


@pytest.fixture
def prompt(sakura):
    """The committed prompt of the sample shot."""
    return get_shot_prompt(sakura, SHOT)
