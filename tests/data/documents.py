"""Documents for tests: the sample's, hand-made ones, and Hypothesis strategies for all that the rules allow."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core import text
from ip_library.core.canonical import from_xml
from ip_library.core.dialects.base import Performer, Staging

# A busy machine is no finding: only what a test asserts may fail it.
settings.register_profile("settei", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("settei")

DATA = Path(__file__).parent
SAKURA = DATA.parent.parent / "fixtures" / "sakura"
SAMPLE = ("character.len", "character.miku", "scene.cherry-blossom", "shot.E01_SQ010_SH0010")
SHOT_CODE = "E01_SQ010_SH0010"


def golden(name: str) -> bytes:
    """Return the bytes of a golden file."""
    return (DATA / name).read_bytes()


def sample(name: str) -> d.Document:
    """Return a document of the sample library, for example ``character.miku``."""
    kind, _, asset = name.partition(".")
    return from_xml((SAKURA / f"{kind}s" / f"{asset}.xml").read_bytes())


def sample_staging() -> Staging:
    """Return the sample's shot with its references filled in."""
    shot = sample("shot.E01_SQ010_SH0010")
    performers = tuple(Performer(m, sample(f"character.{m.character.asset}")) for m in shot.cast)
    return Staging(shot, performers, sample("scene.cherry-blossom"))


def character(slug: str = "miku", **values) -> d.CharacterDocument:
    """Return a small valid character."""
    given = {"name": slug, "gender": "1girl", "appearance": d.Appearance(hair=("blue_hair",))}
    return d.CharacterDocument(slug=slug, **(given | values))


def member(slug: str = "miku", x: str = "0.5", y: str = "0.7", scale: str = "1", **values) -> d.CastMember:
    """Return a member of a cast."""
    return d.CastMember(d.Reference(slug), d.Position(Decimal(x), Decimal(y), Decimal(scale)), **values)


def shot(*cast: d.CastMember, **values) -> d.ShotDocument:
    """Return a shot with a cast (one member, unless given)."""
    return d.ShotDocument(code=SHOT_CODE, title="", cast=cast or (member(),), **values)


def staged(*characters: d.CharacterDocument, **values) -> Staging:
    """Return a staging in which each character stands in the middle."""
    cast = tuple(member(item.slug) for item in characters)
    return Staging(shot(*cast), tuple(map(Performer, cast, characters)), values.get("scene"))


def dressed(look: d.LookDocument, appearance: d.Appearance) -> Staging:
    """Return a staging of one character that wears a look."""
    cast = member(look=look.slug)
    return Staging(shot(cast), (Performer(cast, character(appearance=appearance, looks=(look,))),), None)


# Letters of many scripts, combining marks, emoji, signs that markup uses: all that the rules let pass.
_ALPHABET = st.one_of(
    st.sampled_from("abz09_-'.;:!?()[]{}*/#@$%^+=~| "),
    st.sampled_from("初音ミク桜木の下で鏡ß¿éñøčЖשمع한글ไทย"),
    st.sampled_from("🌸🎤👩‍🎤❤️\u0301\u0323\u20dd\u3099"),
    st.characters(exclude_categories=["Cs", "Cc", "Cf"]),
)
_RAW = st.text(_ALPHABET, min_size=1, max_size=24).map(text.normalise)
names = _RAW.filter(lambda value: not text.text_problems("name", value, limit=text.NAME_LIMIT, required=True))
notes = st.one_of(
    st.just(""),
    st.lists(_RAW | st.just('<b>&amp;</b> "q" ]]>'), min_size=1, max_size=3)
    .map(lambda lines: text.normalise("\n".join(lines)))
    .filter(lambda value: not text.text_problems("notes", value, limit=text.NOTES_LIMIT, multiline=True)),
)
tag = _RAW.map(lambda value: value.replace(",", "_")).filter(lambda value: text.tag_problem("tag", value) is None)
tags = st.lists(tag, max_size=4, unique=True).map(tuple)
some_tags = st.lists(tag, min_size=1, max_size=4, unique=True).map(tuple)
slugs = st.from_regex(text.SLUG, fullmatch=True).filter(lambda slug: not text.slug_problems("slug", slug))
shot_codes = st.from_regex(text.SHOT_CODE, fullmatch=True).filter(str.isascii)
_sha256 = st.text("0123456789abcdef", min_size=64, max_size=64)


def _decimals(low: str, high: str):
    return st.decimals(Decimal(low), Decimal(high), places=3)


def _by_slug(items):
    return tuple(sorted({item.slug: item for item in items}.values(), key=lambda item: item.slug))


appearances = st.builds(d.Appearance, **dict.fromkeys(d.SLOTS, tags)).map(
    lambda found: found if found.tags() else replace(found, hair=("blue_hair",))
)
looks = st.builds(
    d.LookDocument,
    slug=slugs,
    name=names,
    overrides=st.dictionaries(st.sampled_from(d.SLOTS), tags, min_size=1).map(
        lambda slots: tuple((slot, slots[slot]) for slot in d.SLOTS if slot in slots)
    ),
)
expressions = st.builds(d.ExpressionDocument, slug=slugs, name=names, tags=some_tags)
characters = st.builds(
    d.CharacterDocument,
    slug=slugs,
    name=names,
    gender=st.sampled_from(d.GENDERS),
    appearance=appearances,
    looks=st.lists(looks, max_size=2).map(_by_slug),
    expressions=st.lists(expressions, max_size=2).map(_by_slug),
    prompt_name=st.just("") | tag,
    notes=notes,
)
scenes = st.builds(
    d.SceneDocument, slug=slugs, name=names, background=some_tags, environment=tags, lighting=tags, atmosphere=tags,
    notes=notes,
)  # fmt: skip
references = st.one_of(
    st.builds(d.Reference, slugs),
    st.builds(d.Reference, slugs, st.just(d.LATEST), st.integers(1, 99999), _sha256),
    st.builds(d.Reference, slugs, st.just(""), st.integers(1, 99999), st.just("") | _sha256),
)
members = st.builds(
    d.CastMember,
    character=references,
    position=st.builds(d.Position, _decimals("0", "1"), _decimals("0", "1"), _decimals("0.1", "4")),
    look=st.just("") | slugs,
    expression=st.just("") | slugs,
    pose=tags,
)
shots = st.builds(
    d.ShotDocument,
    code=shot_codes,
    title=st.just("") | names,
    cast=st.lists(members, min_size=1, max_size=4).map(tuple),
    scene=st.none() | references,
    negative=tags,
    notes=notes,
)
documents = st.one_of(characters, scenes, shots)


@st.composite
def stagings(draw) -> Staging:
    """Draw a shot whose cast wears looks and expressions that its characters have."""
    cast = []
    for found in draw(st.lists(characters, min_size=1, max_size=3)):
        wearing = draw(members)
        look = draw(st.sampled_from(["", *(look.slug for look in found.looks)]))
        face = draw(st.sampled_from(["", *(item.slug for item in found.expressions)]))
        cast.append(Performer(replace(wearing, look=look, expression=face), found))
    document = replace(draw(shots), cast=tuple(performer.member for performer in cast))
    return Staging(document, tuple(cast), draw(st.none() | scenes))
