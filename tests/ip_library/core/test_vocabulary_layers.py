"""A project's own rows come on top of those it starts from."""

from ip_library.core.vocabularies.layers import layered, write_csv
from ip_library.core.vocabulary import Entry, Vocabulary, read_csv

BASE = (
    Entry("blue", "colour"),
    Entry("grey", "colour", ("gray",)),
    Entry("*_hair", "hair", contradicts=("*_hair",)),
    Entry("glasses", "accessories", ("eyewear", "specs"), words=("wears glasses",)),
    Entry("smile", "expression", ("smiling",), ("frown",)),
    Entry("frown", "expression"),
)
HEADER = "tag,slot,aliases,contradicts,words\n"


def built(*own):
    return Vocabulary(layered(BASE, own))


def test_an_own_row_replaces_the_one_of_the_same_tag():
    found = built(Entry("glasses", "eyes"))
    assert (found.slot_of("glasses"), found.canonical("specs")) == ("eyes", None)


def test_a_tag_of_the_base_may_become_an_alias():
    found = built(Entry("spectacles", "accessories", ("glasses",)))
    assert found.canonical("glasses") == "spectacles"
    assert found.canonical("specs") is None


def test_an_alias_of_the_base_goes_to_the_own_row_that_claims_it():
    found = built(Entry("monocle", "accessories", ("specs",)), Entry("eyewear", "accessories"))
    assert found.canonical("specs") == "monocle"
    assert found.canonical("eyewear") == "eyewear"
    assert found.canonical("glasses") == "glasses"


def test_an_own_colour_makes_families_and_leaves_tags_alone():
    found = built(Entry("smile", "colour"))
    assert found.canonical("smile_hair") == "smile_hair"
    assert found.slot_of("smile") == "expression"


def test_contradictions_with_the_base_hold_both_ways():
    found = built(Entry("poker_face", "expression", contradicts=("smile",)))
    assert found.contradictions(["smiling", "poker_face"]) == (("smiling", "poker_face"),)


def test_without_own_rows_nothing_changes():
    assert built() == Vocabulary(BASE)


def test_rows_written_as_csv_read_back_the_same():
    assert read_csv(write_csv(BASE)) == (Vocabulary(BASE), [])


def test_all_spellings_of_a_tag_are_known():
    found = built()
    assert found.spellings("Eyewear") == ("glasses", "eyewear", "specs")
    assert found.spellings("gray hair") == ("grey_hair", "gray_hair")
    assert found.spellings("Never Heard") == ("never_heard",)


def test_an_alias_of_a_colour_is_completed_to_the_canonical_tag():
    assert built().complete("gray_h")[0] == "grey_hair"


def test_a_file_may_name_tags_of_the_base_and_of_rows_that_stay():
    kept = (Entry("b", "hair", ("bee",)),)
    assert read_csv(f"{HEADER}a,hair,,b|smile,\n", beside=kept, known=["smile"])[1] == []
    assert read_csv(f"{HEADER}a,hair,,smile,\n", beside=kept)[1][0].code == "vocabulary.contradiction"


def test_a_file_that_clashes_with_rows_that_stay_is_refused():
    kept = (Entry("b", "hair", ("bee",)),)
    messages = [
        problem.message
        for row in ("bee,hair,,,", "a,hair,bee,,", "a,hair,b,,")
        for problem in read_csv(f"{HEADER}{row}\n", beside=kept)[1]
    ]
    assert messages == [
        "row 2: 'bee' is an alias of 'b' already",
        "row 2: 'bee' is an alias of 'b' already",
        "row 2: 'b' is a tag of the project already",
    ]


def test_a_row_of_the_file_takes_the_place_of_the_one_that_has_its_tag():
    assert read_csv(f"{HEADER}b,eyes,,,\na,hair,bee,,\n", beside=(Entry("b", "hair", ("bee",)),))[1] == []
