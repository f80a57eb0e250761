import pytest

from generation.checks import check_engines, check_queue
from generation.pipelines.registry import engine_class, get_engine
from ip_library.core.errors import UnknownError
from tests.generation.engines import FlatEngine, SlowEngine


def found(check):
    return [message.id for message in check(None)]


def test_the_settings_as_they_are_have_no_problem():
    assert found(check_engines) == found(check_queue) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ENGINES", {"previz": "generation.pipelines.none.Engine"}, "generation.E001"),
        ("ENGINES", {"previz": "nonsense"}, "generation.E001"),
        ("ENGINES", {"previz": "pathlib.Path"}, "generation.E002"),
        ("DEFAULT_ENGINE", "newbie", "generation.E003"),
    ],
)
def test_a_wrong_engine_is_found_at_start_up(settings, name, value, code):
    setattr(settings, name, value)
    assert found(check_engines) == [code]


@pytest.mark.parametrize("name", ["RENDER_LEASE_SECONDS", "RENDER_ATTEMPTS", "SWEEP_SECONDS"])
@pytest.mark.parametrize("value", [0, -1, "60", None])
def test_a_wrong_number_of_the_queue_is_found_at_start_up(settings, name, value):
    setattr(settings, name, value)
    assert found(check_queue) == ["generation.E004"]


def test_an_engine_is_loaded_once_and_kept(settings):
    assert get_engine("flat") is get_engine("flat")
    settings.ENGINES = {"flat": "tests.generation.engines.SlowEngine"}
    assert engine_class("flat") is SlowEngine
    assert isinstance(get_engine("flat"), SlowEngine)
    settings.ENGINES = {"flat": "tests.generation.engines.FlatEngine"}
    assert type(get_engine("flat")) is FlatEngine


def test_an_unknown_engine_names_the_known_ones():
    with pytest.raises(UnknownError, match="engines: .*previz"):
        engine_class("newbie")
