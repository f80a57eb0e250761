"""The tag vocabulary: what the starter holds, and what a tag, a beginning or a sentence finds in it."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.painter import colours as paints
from generation.painter import vocabulary as drawn
from ip_library.core import documents as d
from ip_library.core import vocabulary as module
from ip_library.core.vocabularies.entries import COLOUR, COLUMNS, SLOTS, STAR
from ip_library.core.vocabulary import Vocabulary, read_csv, spelled
from tests.data.documents import SAMPLE, sample

SOURCE = (Path(__file__).parents[3] / "fixtures" / "vocabulary.csv").read_text(encoding="utf-8")
STARTER, PROBLEMS = read_csv(SOURCE)
TAGS = [entry.tag for entry in STARTER.entries if entry.slot != COLOUR and not entry.tag.startswith(STAR)]
HEADER = ",".join(COLUMNS) + "\n"
PAINTED = [
    *(drawn.HAIR, drawn.BANGS, drawn.OUTFIT, drawn.LOWER, drawn.EXTRAS, drawn.STANCE, drawn.ARMS, drawn.FACING),
    *(drawn.MOOD, drawn.PLACE, drawn.TIME, drawn.EFFECT),
]


def tags_of(document: d.Document) -> set[str]:
    match document:
        case d.CharacterDocument():
            looks = {tag for look in document.looks for _, tags in look.overrides for tag in tags}
            return looks | set(document.appearance.tags()) | {t for item in document.expressions for t in item.tags}
        case d.SceneDocument():
            return {tag for slot in d.SCENE_SLOTS for tag in getattr(document, slot)}
        case d.ShotDocument():
            return {tag for member in document.cast for tag in member.pose} | set(document.negative)


# ------------------------------------------------------------------------------------------------ the starter


def test_the_starter_has_no_problem_and_at_least_450_tags():
    assert PROBLEMS == []
    assert len(TAGS) >= 450
    assert {entry.slot for entry in STARTER.entries} == set(SLOTS)


def test_the_starter_is_sorted_by_slot_then_tag():
    order = [(SLOTS.index(entry.slot), entry.tag) for entry in STARTER.entries]
    assert order == sorted(order)


def test_the_starter_states_every_contradiction_on_both_sides():
    rows = {
        row["tag"]: row["contradicts"].split("|") for row in csv.DictReader(io.StringIO(SOURCE)) if row["contradicts"]
    }
    assert [(tag, other) for tag, others in rows.items() for other in others if tag not in rows.get(other, ())] == []


def test_the_starter_knows_every_word_the_painter_draws():
    assert sorted({tag for table in PAINTED for tag in table if STARTER.canonical(tag) is None}) == []


@pytest.mark.parametrize("noun", ["hair", "eyes", "school_uniform"])
def test_the_starter_knows_every_colour_the_painter_mixes(noun):
    words = [*paints.COLOURS, *paints.SYNONYMS]
    assert [word for word in words if STARTER.canonical(f"{word}_{noun}") is None] == []


@pytest.mark.parametrize("name", SAMPLE)
def test_the_sample_is_written_in_canonical_tags(name):
    assert [tag for tag in tags_of(sample(name)) if STARTER.canonical(tag) != tag] == []


def test_every_slot_of_the_documents_has_tags():
    for slot in (*d.SLOTS, *d.SCENE_SLOTS, "expression", "pose", "negative"):
        assert len(STARTER.complete("", slot=slot, limit=100)) >= 15, slot


def test_every_phrase_suggests_its_tag():
    missing = [(e.tag, phrase) for e in STARTER.entries for phrase in e.words if e.tag not in STARTER.suggest(phrase)]
    assert missing == []


def test_every_tag_completes_to_itself_first():
    assert [tag for tag in TAGS if STARTER.complete(tag)[:1] != (tag,)] == []


# ------------------------------------------------------------------------------------------------ one tag


@pytest.mark.parametrize(
    ("written", "canonical", "slot"),
    [
        ("smile", "smile", "expression"),
        ("Smiling", "smile", "expression"),
        ("twin tails", "twintails", "hair"),
        (r"bow_\(weapon\)", "bow_(weapon)", "objects"),
        ("blue_hair", "blue_hair", "hair"),
        ("gray_hair", "grey_hair", "hair"),
        ("blue_haired", "blue_hair", "hair"),
        ("light blue eyes", "light_blue_eyes", "eyes"),
        ("sky_blue_skirt", "sky_blue_skirt", "clothing"),
        ("red_school_uniform", "red_school_uniform", "clothing"),
        ("white_sundress", "white_summer_dress", "clothing"),
        ("red_neckerchief", "red_neckerchief", "accessories"),
        ("orange_sky", "orange_sky", "environment"),
        ("blue", None, None),
        ("dark", "dark", "lighting"),
        ("*_hair", None, None),
        ("blue_smile", None, None),
        ("blue_", None, None),
        ("", None, None),
    ],
)
def test_any_spelling_finds_its_canonical_tag_and_slot(written, canonical, slot):
    assert (STARTER.canonical(written), STARTER.slot_of(written)) == (canonical, slot)


@given(st.one_of(st.sampled_from(TAGS), st.text(max_size=30), st.text(alphabet="blue_hairdk", max_size=16)))
def test_a_canonical_tag_is_its_own_canonical(tag):
    canonical = STARTER.canonical(tag)
    assert canonical is None or (STARTER.canonical(canonical) == canonical == spelled(canonical))
    assert (canonical is None) == (STARTER.slot_of(tag) is None)


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("twintals", "twintails"),
        ("bleu_hair", "blue_hair"),
        ("red_skrit", "red_skirt"),
        ("dark_blue_skrit", "dark_blue_skirt"),
        ("chery_blossom_tree", "cherry_blossom_tree"),
        ("pnats", "trousers"),
    ],
)
def test_a_misspelt_tag_finds_the_nearest_canonical_one(tag, nearest):
    assert STARTER.nearest(tag)[0] == nearest


def test_what_is_like_nothing_has_no_nearest():
    assert STARTER.nearest("zzqzzq") == STARTER.nearest("") == ()


@given(st.text(max_size=40))
def test_the_nearest_are_canonical_tags(tag):
    assert all(STARTER.canonical(near) == near for near in STARTER.nearest(tag))


# ------------------------------------------------------------------------------------------------ tags together


@pytest.mark.parametrize(
    ("tags", "pairs"),
    [
        (("short_hair", "long_hair"), [("short_hair", "long_hair")]),
        (("Long Hair", "short_hair"), [("Long Hair", "short_hair")]),
        (("blue_hair", "red_hair"), [("blue_hair", "red_hair")]),
        (("bald", "pink_hair"), [("bald", "pink_hair")]),
        (("closed_eyes", "wink"), [("closed_eyes", "wink")]),
        (("standing", "sitting", "running"), [("standing", "sitting"), ("standing", "running"), ("sitting", "running")]),
        (("blue_hair", "dark_blue_hair"), []),
        (("blue_hair", "red_hair", "gradient_hair"), []),
        (("blue_eyes", "red_eyes", "heterochromia"), []),
        (("heterochromia", "blue_hair", "red_hair"), [("blue_hair", "red_hair")]),
        (("red_bow", "white_bow"), []),
        (("smile", "smiling", "smile"), []),
        (("unknown", "other"), []),
    ],
)  # fmt: skip
def test_tags_that_cannot_both_be_true_are_named_in_their_order(tags, pairs):
    assert list(STARTER.contradictions(tags)) == pairs


@given(st.lists(st.sampled_from([*TAGS, "blue_hair", "red_hair", "grey_eyes"]), max_size=12, unique=True))
def test_contradictions_do_not_depend_on_the_order_of_the_tags(tags):
    def unordered(pairs):
        return {frozenset(pair) for pair in pairs}

    assert unordered(STARTER.contradictions(tags)) == unordered(STARTER.contradictions(tags[::-1]))


def test_a_contradiction_stated_once_holds_both_ways():
    found, problems = read_csv(f"{HEADER}a,hair,,b,\nb,hair,,,\n")
    assert problems == []
    assert (found.contradictions(["b", "a"]), found.contradictions(["a", "b"])) == ((("b", "a"),), (("a", "b"),))


# ------------------------------------------------------------------------------------------------ completion


@pytest.mark.parametrize(
    ("prefix", "slot", "expected"),
    [
        ("smi", None, "smile"),
        ("Twin T", None, "twintails"),
        ("tails", None, "twintails"),
        ("tee", None, "t-shirt"),
        ("blossom", None, "cherry_blossom_tree"),
        ("blu", None, "blue_hair"),
        ("blue_e", None, "blue_eyes"),
        ("dark_blu", "eyes", "dark_blue_eyes"),
        ("red_sch", None, "red_school_uniform"),
        ("red_sch", "clothing", "red_school_uniform"),
        ("", "eyes", "heterochromia"),
        ("", "objects", "apple"),  # a tag called like a slot (camera) misleads nobody
        ("tan_sk", None, "tanned"),
    ],
)
def test_a_beginning_offers_the_tag(prefix, slot, expected):
    assert expected in STARTER.complete(prefix, slot=slot)


def test_completion_puts_canonical_beginnings_first_then_words_inside():
    found, _ = read_csv(f"{HEADER}long_hat,hair,,,\nhatless,hair,,,\ncap,hair,hat_like,,\nchatty,hair,,,\n")
    assert found.complete("hat") == ("hatless", "cap", "long_hat", "chatty")
    assert found.complete("hat", limit=2) == ("hatless", "cap")
    assert found.complete("hat", slot="eyes") == ()


@given(st.text(alphabet="bluedark_hireys ", max_size=10), st.sampled_from([None, *SLOTS]), st.integers(0, 30))
def test_completion_offers_canonical_tags_of_the_slot_once_each_and_not_too_many(prefix, slot, limit):
    found = STARTER.complete(prefix, slot=slot, limit=limit)
    assert len(found) == len(set(found)) <= limit
    assert all(STARTER.canonical(tag) == tag for tag in found)
    assert slot is None or all(STARTER.slot_of(tag) == slot for tag in found)


# ------------------------------------------------------------------------------------------------ sentences


@pytest.mark.parametrize(
    ("sentence", "tags"),
    [
        ("looks like she just ran", ("blush", "sweat_drops", "heavy_breathing")),
        ("Looks like she just ran.", ("blush", "sweat_drops", "heavy_breathing")),
        ("she has long dark blue hair and a red school uniform", ("long_hair", "dark_blue_hair", "red_school_uniform")),
        ("holding an umbrella in the rain", ("holding_umbrella", "rain")),
        ("standing on the beach at sunset, without a hat", ("standing", "beach", "sunset")),
        ("he isn't wearing glasses but a straw hat", ("straw_hat",)),
        ("no hat, glasses", ("glasses",)),
        ("no red hat and green shoes", ("green_shoes",)),
        ("a girl who is embarrassed", ("blush", "embarrassed")),
        ("nothing that is known here", ()),
        ("", ()),
    ],
)
def test_a_sentence_is_split_into_the_tags_it_speaks_of(sentence, tags):
    assert STARTER.suggest(sentence) == tags


@given(st.text(max_size=60) | st.lists(st.sampled_from([*TAGS, "no", "and", "dark", "blue"]), max_size=8).map(" ".join))
def test_suggestions_are_canonical_tags_once_each(sentence):
    found = STARTER.suggest(sentence)
    assert len(found) == len(set(found))
    assert all(STARTER.canonical(tag) == tag for tag in found)


# ------------------------------------------------------------------------------------------------ the value


def test_two_vocabularies_of_the_same_rows_are_one_value():
    again, _ = read_csv(SOURCE)
    assert (again == STARTER, hash(again) == hash(STARTER), Vocabulary() == STARTER) == (True, True, False)
    with pytest.raises(AttributeError):
        STARTER.entries = ()


def test_an_empty_vocabulary_knows_nothing_and_says_so():
    empty = Vocabulary()
    assert (empty.canonical("smile"), empty.slot_of("smile"), empty.complete("s"), empty.nearest("smile")) == (
        None, None, (), (),
    )  # fmt: skip
    assert (empty.suggest("she just ran"), empty.contradictions(["a", "b"])) == ((), ())
    assert set(module.__all__) <= set(vars(module))
