"""The paths in Git are frozen: every sha depends on them."""

import pytest
from hypothesis import given, settings

from ip_library.core.paths import adhoc_path, document_path, negative_path, prompt_path, shard
from tests.data.documents import shot_codes, slugs


@pytest.mark.parametrize(
    ("kind", "asset", "path"),
    [
        ("character", "miku", "characters/8f/miku.xml"),
        ("character", "len", "characters/a5/len.xml"),
        ("scene", "cherry-blossom", "scenes/de/cherry-blossom.xml"),
        ("pose", "waving", "poses/91/waving.xml"),
        ("prop", "umbrella", "props/3f/umbrella.xml"),
        ("style", "soft", "styles/eb/soft.xml"),
        ("shot", "E01_SQ010_SH0010", "shots/E01/SQ010/SH0010.xml"),
        ("shot", "SH0010", "shots/SH0010.xml"),
    ],
)
def test_a_documents_path_never_changes(kind, asset, path):
    assert document_path(kind, asset) == path


def test_a_prompts_path_never_changes():
    assert prompt_path("scene", "E01_SQ010_SH0010") == "prompts/scene/E01/SQ010/SH0010.xml"
    assert negative_path("general_tags", "E01_SQ010_SH0010") == "prompts/general_tags/E01/SQ010/SH0010.negative.xml"
    assert adhoc_path("ab" * 32) == f"adhoc/ab/{'ab' * 32}.xml"


@given(slugs)
def test_a_shard_is_two_hex_digits_so_that_folders_stay_small(slug):
    assert len(shard(slug)) == 2
    assert int(shard(slug), 16) < 256


def test_numbered_names_spread_over_the_shards():
    assert len({shard(f"extra-{number}") for number in range(2000)}) == 256


@settings(max_examples=30)
@given(slugs, shot_codes)
def test_no_path_leaves_its_folder(slug, code):
    for path in (document_path("character", slug), document_path("shot", code), prompt_path("scene", code)):
        assert not path.startswith("/")
        assert not {"", ".", "..", ".git"} & set(path.split("/"))
        assert path.isascii()
