"""The token budget: what an encoder would cut is said before it is cut."""

import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ip_library.core.compile import compile_shot
from ip_library.core.prompt import DIALECTS
from ip_library.core.tokens import (
    DEFAULT_COUNTERS,
    GEMMA,
    JINA,
    BlockTokens,
    EstimatedCounter,
    TokenCounter,
    budget,
    budget_problems,
)
from tests.data.documents import golden, sample_staging, stagings

PREFIX = (
    "You are an assistant designed to generate high-quality anime images based on xml format prompts. <Prompt Start> "
)
PLAIN = EstimatedCounter("plain", 10_000)


@dataclass(frozen=True)
class Letters:
    """A counter of another make: a token a letter, three marks."""

    name: str = "letters"
    limit: int = 20

    def count(self, text: str) -> int:
        return 3 + len(text)


def character(number: int, tags: int) -> str:
    return f"<character_{number}>\n  <appearance>{', '.join(['very_long_hair'] * tags)}</appearance>\n</character_{number}>\n"


def studio_prompt(characters: int) -> str:
    """Return a prompt as dense as the published two-character example: 34 tags a character, 11 for the scene."""
    worn = (
        "school_uniform, serafuku, white_sailor_collar, white_shirt, short_sleeves, red_neckerchief, bow, blue_skirt, "
        "miniskirt, pleated_skirt, hair_bow, blue_hat, mini_hat, thighhighs, grey_thighhighs, black_shoes, loafers"
    )
    blocks = [
        f"<character_{n}>\n  <n>$character_{n}$</n>\n  <gender>1girl</gender>\n  <appearance>chibi, red_eyes, blue_hair, "
        f"long_hair, hair_between_eyes, head_tilt, tareme, closed_mouth</appearance>\n  <clothing>{worn}</clothing>\n"
        "  <expression>happy, smile</expression>\n  <action>standing, holding, holding_umbrella</action>\n"
        f"  <position>center_left</position>\n</character_{n}>\n"
        for n in range(1, characters + 1)
    ]
    scene = (
        "<general_tags>\n  <count>2girls, multiple_girls</count>\n  <style>anime_style, digital_art</style>\n"
        "  <background>white_background, simple_background</background>\n  <atmosphere>cheerful</atmosphere>\n"
        "  <quality>high_resolution, detailed</quality>\n  <objects>umbrella</objects>\n  <other>casual</other>\n"
        "</general_tags>\n"
    )
    return "\n".join([*blocks, scene])


# ------------------------------------------------------------------------------------------------ the estimate


def test_two_dressed_characters_just_fit_into_gemma_and_three_do_not():
    assert 480 <= GEMMA.count(studio_prompt(2)) <= GEMMA.limit
    found = budget(studio_prompt(3))
    assert found.cut_blocks == ("character_3", "general_tags")
    assert not found.ok


def test_the_fixed_part_of_gemma_is_its_prefix_and_one_mark():
    assert PLAIN.count(PREFIX) + 1 == GEMMA.fixed == GEMMA.count("")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("smile", 1),
        ("umbrella", 1),
        ("twintails", 2),
        ("neckerchief", 2),
        ("abcdefghijklm", 3),
        ("appearance", 1),
        ("MIKU", 2),
        ("A", 1),
        ("blue hair", 2),
        ("blue_hair", 3),
        ("blue_hair,", 4),
        ("<n>", 3),
        ("</n>", 3),
        ("a\n  b", 4),
        ("1024", 4),
        ("初音ミク", 4),
        ("🌸", 4),
    ],
)  # fmt: skip
def test_underscores_and_markup_cost_tokens_of_their_own(text, tokens):
    assert PLAIN.count(text) == tokens


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_estimate_of_two_lines_is_at_least_each_of_them(one, two):
    both = PLAIN.count(f"{one}\n{two}")
    assert max(PLAIN.count(one), PLAIN.count(two)) <= both <= PLAIN.count(one) + PLAIN.count(two) + 3


@given(st.text())
def test_nothing_visible_is_free(text):
    assert PLAIN.count(text) >= (len(text.split()) > 0)
    assert PLAIN.count(f"<{text}>") >= PLAIN.count(text) + 1


# ------------------------------------------------------------------------------------------------ the budget


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sample_fits_every_encoder_in_every_dialect(dialect):
    text = golden(f"prompt.{dialect}.xml").decode()
    assert compile_shot(sample_staging(), dialect).text == text
    assert budget_problems(budget(text)) == []
    assert all(encoder.total < encoder.limit * 0.6 for encoder in budget(text).encoders)


def test_a_budget_names_tokens_by_block_and_what_the_tail_loses():
    text = "<a>12345</a>\n<b>6</b>\n<c>7</c>\n"
    (found,) = budget(text, [Letters(limit=20)]).encoders
    assert found.blocks == (BlockTokens("a", 12, 12), BlockTokens("b", 9, 5), BlockTokens("c", 10, 0))
    assert (found.fixed, found.total, found.limit, found.encoder) == (3, 3 + len(text), 20, "letters")
    assert found.cut_blocks == ("b", "c")
    (problem,) = budget_problems(budget(text, [Letters(limit=20)]))
    assert (problem.code, problem.severity, problem.field) == ("tokens.cut", "error", "b")
    assert problem.message == "letters reads 20 tokens, the prompt has 34: b would be cut short and c would vanish"


def test_each_encoder_that_cuts_is_named_and_those_that_do_not_are_not():
    found = budget(character(1, 60) + character(2, 60), [GEMMA, JINA, Letters(limit=100)])
    assert [problem.message.split(" reads ")[0] for problem in budget_problems(found)] == [GEMMA.name, "letters"]
    assert found.cut_blocks == ("character_2", "character_1")


@pytest.mark.parametrize(("limit", "cut"), [(34, ()), (33, ("c",))])
def test_a_prompt_of_exactly_the_limit_is_not_cut(limit, cut):
    assert budget("<a>12345</a>\n<b>6</b>\n<c>7</c>\n", [Letters(limit=limit)]).cut_blocks == cut


def test_a_limit_below_the_prefix_loses_every_block():
    (found,) = budget("<a>1</a>", [Letters(limit=2)]).encoders
    assert found.blocks == (BlockTokens("a", 8, 0),)
    assert found.blocks[0].lost


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        (" \n", []),
        ("1girl, solo", ["text"]),
        ("<danbooru_tags>lowres</danbooru_tags>\n", ["danbooru_tags"]),
        ("a word <a>x</a> and after", ["a"]),
        ("<a><b>1</b><b>2</b></a><c/>", ["a"]),
        ("<a>1</a><b>never closed", ["a", "b"]),
        ("<character 1>x</character 1>", ["character 1"]),
    ],
)
def test_blocks_are_the_top_level_elements(text, names):
    (found,) = budget(text, [Letters()]).encoders
    assert [block.name for block in found.blocks] == names
    assert found.total == (3 + len(text) if names else 3)


@given(stagings(), st.sampled_from(DIALECTS), st.integers(1, 900))
def test_blocks_and_prefix_add_up_and_what_is_cut_is_the_tail(staging, dialect, limit):
    text = compile_shot(staging, dialect).text
    for counter in (EstimatedCounter("e", limit, 5), Letters(limit=limit)):
        (found,) = budget(text, [counter]).encoders
        assert found.total == counter.count(text)
        names = [block.name for block in found.blocks]
        assert found.cut_blocks == tuple(names[len(names) - len(found.cut_blocks) :])
        assert bool(found.cut_blocks) == (found.total > limit) == bool(budget_problems(budget(text, [counter])))
        assert sum(block.kept for block in found.blocks) == max(0, min(found.total, limit) - found.fixed)


@given(st.text(alphabet="<>/ab \n1_é🌸", max_size=80))
def test_any_text_can_be_counted(text):
    for encoder in budget(text).encoders:
        assert all(0 <= block.kept <= block.tokens for block in encoder.blocks)


def test_hostile_markup_takes_linear_time():
    text = "".join(f"<a{n}>" for n in range(40_000))
    began = time.thread_time()
    assert [len(encoder.blocks) for encoder in budget(text).encoders] == [1, 1]
    assert time.thread_time() - began < 2


def test_the_default_counters_are_the_encoders_of_the_released_model():
    counters: tuple[TokenCounter, ...] = DEFAULT_COUNTERS
    assert [(counter.name, counter.limit) for counter in counters] == [
        ("Gemma 3 4B (estimate)", 512),
        ("Jina CLIP v2 (estimate)", 2048),
    ]
