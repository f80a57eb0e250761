"""A picture's lineage names all that went into it: presets, and what variants build on."""

from dataclasses import replace

import pytest

from generation.selectors.lineage import version_facts, version_names
from ip_library.core import documents as d
from ip_library.selectors.library import get_shot_prompt
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from tests.data.documents import SHOT_CODE, character, member, shot

pytestmark = pytest.mark.django_db(transaction=True)


def commit(project, author, *documents):
    for document in documents:
        save_document(project=project, document=document, editor=author)
    names = [(document.kind, document.asset) for document in documents]
    commit_assets(project=project, assets=names, message="Commit", author=author)


def test_bases_styles_poses_and_props_are_in_the_lineage_with_their_authors(empty_project, alice, bob):
    commit(empty_project, bob, character("rin"), character("rin-child", base=d.Reference("rin")))
    document = shot(
        replace(member("rin-child"), preset=d.Reference("bow")),
        style=d.Reference("ink"),
        props=(d.PropUse(d.Reference("kite"), 1),),
    )
    presets = (
        d.PoseDocument("bow", "Bow", ("bowing",)),
        d.PropDocument("kite", "Kite", ("red_kite",)),
        d.StyleDocument("ink", "Ink", ("monochrome",)),
    )
    commit(empty_project, alice, *presets, document)
    prompt = get_shot_prompt(empty_project, SHOT_CODE)
    assert [(used["kind"], used["asset"], used["version"], used["author"]) for used in version_facts(prompt)] == [
        ("shot", SHOT_CODE, 1, "alice"), ("style", "ink", 1, "alice"), ("character", "rin-child", 1, "bob"),
        ("pose", "bow", 1, "alice"), ("prop", "kite", 1, "alice"), ("character", "rin", 1, "bob"),
    ]  # fmt: skip
    assert all("author" not in name for name in version_names(prompt))


def test_the_base_is_the_one_that_the_variant_was_committed_with(empty_project, alice):
    commit(empty_project, alice, character("rin"), character("rin-child", base=d.Reference("rin")))
    commit(empty_project, alice, character("rin", name="Rin, later"), shot(member("rin-child")))
    facts = version_facts(get_shot_prompt(empty_project, SHOT_CODE))
    assert [(used["asset"], used["version"]) for used in facts] == [(SHOT_CODE, 1), ("rin-child", 1), ("rin", 1)]
