"""The film's terms compile to tags that the vocabulary knows, and no two of them to the same."""

from pathlib import Path

import pytest

from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.text import slug_problems
from ip_library.core.vocabulary import read_csv

STARTER, _ = read_csv((Path(__file__).parents[3] / "fixtures" / "vocabulary.csv").read_text(encoding="utf-8"))
TERMS = {**SIZES, **ANGLES}


@pytest.mark.parametrize("slug", TERMS)
def test_every_term_compiles_to_one_canonical_camera_tag(slug):
    (tag,) = TERMS[slug].tags
    assert (STARTER.canonical(tag), STARTER.slot_of(tag)) == (tag, "camera")
    assert slug_problems("size", slug) == []


def test_no_two_terms_have_one_name_short_name_or_tag():
    assert len(SIZES) + len(ANGLES) == len(TERMS)
    for part in ("name", "short", "tags"):
        assert len({getattr(term, part) for term in TERMS.values()}) == len(TERMS)


def test_no_size_contradicts_an_angle_in_the_vocabulary():
    for size in SIZES.values():
        for angle in ANGLES.values():
            assert STARTER.contradictions(size.tags + angle.tags) == ()
