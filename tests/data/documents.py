"""Documents for tests: the sample's, hand-made ones, and Hypothesis strategies for all that the rules allow."""

import os
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ip_library.core import documents as d
from ip_library.core import shot_codes as codes
from ip_library.core import text
from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.canonical import from_xml
from ip_library.core.character_rules import COLOUR_NAME_LIMIT
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.inherit import effective

# How many documents each law is tried on: SETTEI_HYPOTHESIS=10000 for the long run.
EXAMPLES = int(os.environ.get("SETTEI_HYPOTHESIS", "200"))
# A busy machine is no finding: only what a test asserts may fail it.
settings.register_profile("settei", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("settei-laws", parent=settings.get_profile("settei"), max_examples=EXAMPLES)
settings.load_profile("settei")
LAWS = settings.get_profile("settei-laws")

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
_SIGNS = (
    "abz09_-'.;:!?()[]{}*/#@$%^+=~| ",
    "初音ミク桜木の下で鏡ß¿éñøčЖשمع한글ไทย",
    "🌸🎤👩‍🎤❤️\u0301\u0323\u20dd\u3099",
)
_ALPHABET = st.one_of(*map(st.sampled_from, _SIGNS), st.characters(exclude_categories=["Cs", "Cc", "Cf"]))


def _words():
    """Make texts to draw from: drawing each sign of each text anew takes most of a test's time."""
    chance = random.Random(3)  # the same words every time
    return ["".join(chance.choices(chance.choice(_SIGNS), k=chance.randint(1, 24))) for _ in range(600)]


_WORDS = [text.normalise(word) for word in _words()]
_RAW = st.sampled_from(_WORDS) | st.text(_ALPHABET, min_size=1, max_size=8).map(text.normalise)
names = _RAW.filter(lambda value: not text.text_problems("name", value, limit=text.NAME_LIMIT, required=True))
notes = st.one_of(
    st.just(""),
    st.lists(_RAW | st.just('<b>&amp;</b> "q" ]]>'), min_size=1, max_size=3)
    .map(lambda lines: text.normalise("\n".join(lines)))
    .filter(lambda value: not text.text_problems("notes", value, limit=text.NOTES_LIMIT, multiline=True)),
)
tag = _RAW.map(lambda value: value.replace(",", "_")).filter(lambda value: text.tag_problem("tag", value) is None)
_TAGS = sorted({word.replace(",", "_") for word in _WORDS if text.tag_problem("tag", word.replace(",", "_")) is None})
_LISTS = [tuple(_TAGS[(at * 7 + step * 31) % len(_TAGS)] for step in range(at % 5)) for at in range(300)]
tags = st.sampled_from(_LISTS) | st.lists(tag, max_size=3, unique=True).map(tuple)
some_tags = tags.filter(bool)
slugs = st.text("abz019-", min_size=1, max_size=9).filter(lambda slug: not text.slug_problems("slug", slug))
shot_codes = (
    st.lists(st.text("AESQ019", min_size=1, max_size=6), min_size=1, max_size=4)
    .map("_".join)
    .filter(lambda code: not codes.shot_code_problems("code", code))
)
lines_of_text = notes.filter(lambda value: 0 < len(value) <= 1000)
_sha256 = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


def _decimals(low: str, high: str):
    return st.integers(int(Decimal(low) * 1000), int(Decimal(high) * 1000)).map(lambda number: Decimal(number) / 1000)


def _by(name, items):
    return tuple({getattr(item, name): item for item in items}.values())


def _slots(chosen):
    return st.lists(chosen, unique=True, max_size=2).map(lambda found: tuple(s for s in d.SLOTS if s in found))


slots = _slots(st.sampled_from(d.SLOTS))
overrides = st.dictionaries(st.sampled_from(d.SLOTS), tags, min_size=1, max_size=3).map(
    lambda found: tuple((slot, found[slot]) for slot in d.SLOTS if slot in found)
)
references = st.one_of(
    st.builds(d.Reference, slugs),
    st.builds(d.Reference, slugs, slugs | st.just(d.LATEST), st.integers(1, 99999), _sha256),
    st.builds(d.Reference, slugs, st.just(""), st.integers(1, 99999), st.just("") | _sha256),
)
appearances = st.builds(d.Appearance, **dict.fromkeys(d.SLOTS, tags)).map(
    lambda found: found if found.tags() else replace(found, hair=("blue_hair",))
)
looks = st.builds(d.LookDocument, slug=slugs, name=names, overrides=overrides)
expressions = st.one_of(
    st.builds(d.ExpressionDocument, slug=slugs, name=names, tags=some_tags),
    st.builds(d.ExpressionDocument, slug=slugs, name=names, tags=tags, overrides=overrides),
)


@st.composite
def _variants(draw, strategy):
    """Draw looks or expressions, some of which build on one that was drawn before them."""
    found = _by("slug", draw(st.lists(strategy, max_size=3)))
    bases = [draw(st.sampled_from(["", *(item.slug for item in found[:at])])) for at in range(len(found))]
    based = [replace(item, base=base) for item, base in zip(found, bases, strict=True)]
    return tuple(based if draw(st.booleans()) else reversed(based))


plain_characters = st.builds(
    d.CharacterDocument,
    slug=slugs,
    name=names,
    gender=st.sampled_from(d.GENDERS),
    appearance=appearances,
    looks=_variants(looks),
    expressions=_variants(expressions),
    prompt_name=st.just("") | tag,
    notes=notes,
    locked=slots,
    aliases=st.lists(names, max_size=2, unique=True).map(tuple),
    palette=st.lists(
        st.builds(
            d.Colour,
            names.filter(lambda name: len(name) <= COLOUR_NAME_LIMIT),
            st.integers(0, 2**24 - 1).map(lambda number: f"#{number:06x}"),
        ),
        max_size=2,
    ).map(lambda found: _by("name", found)),
    art=st.lists(st.builds(d.Art, _sha256, st.just("") | names), max_size=2).map(lambda found: _by("sha256", found)),
)


@st.composite
def _character_variants(draw):
    """Draw a variant: it says only what is different from its base, and may take slots away."""
    found = draw(plain_characters)
    cleared = draw(slots)
    kept = draw(slots)
    emptied = {slot: () for slot in d.SLOTS if slot in cleared or slot not in kept}
    base = draw(references.filter(lambda reference: reference.asset != found.slug))
    return replace(found, appearance=replace(found.appearance, **emptied), cleared=cleared, base=base)


characters = plain_characters | _character_variants()
scenes = st.builds(
    d.SceneDocument, slug=slugs, name=names, background=some_tags, environment=tags, lighting=tags, atmosphere=tags,
    notes=notes,
)  # fmt: skip
poses = st.builds(d.PoseDocument, slug=slugs, name=names, tags=some_tags, notes=notes)
props = st.builds(d.PropDocument, slug=slugs, name=names, tags=some_tags, notes=notes)
styles = st.builds(
    d.StyleDocument, slug=slugs, name=names, style=tags, artists=tags, quality=some_tags, negative=tags, notes=notes
)
members = st.builds(
    d.CastMember,
    character=references,
    position=st.builds(d.Position, _decimals("0", "1"), _decimals("0", "1"), _decimals("0.1", "4")),
    look=st.just("") | slugs,
    expression=st.just("") | slugs,
    pose=tags,
    preset=st.none() | references,
)


@st.composite
def _shots(draw, cast):
    """Draw a shot whose props, interactions and lines are those of members that it has."""
    found = draw(cast)
    anybody, somebody = st.integers(0, len(found)), st.integers(1, len(found))
    pairs = st.tuples(somebody, somebody).filter(lambda pair: pair[0] != pair[1])
    together = st.builds(lambda pair, done: d.Interaction(*pair, done), pairs, some_tags)
    said = st.one_of(
        st.builds(d.Line, somebody, lines_of_text),
        st.builds(d.Line, st.just(0), lines_of_text, st.just("") | names),
    )
    return d.ShotDocument(
        code=draw(shot_codes),
        title=draw(st.just("") | names),
        cast=found,
        scene=draw(st.none() | references),
        negative=draw(tags),
        notes=draw(notes),
        style=draw(st.none() | references),
        size=draw(st.sampled_from(["", *SIZES])),
        angle=draw(st.sampled_from(["", *ANGLES])),
        props=tuple(draw(st.lists(st.builds(d.PropUse, references, anybody), max_size=3))),
        interactions=tuple(draw(st.lists(together, max_size=3))) if len(found) > 1 else (),
        action=draw(notes),
        dialogue=tuple(draw(st.lists(said, max_size=2))),
        duration=draw(st.none() | st.builds(d.Duration, st.integers(0, 3599), st.integers(0, 999))),
    )


shots = _shots(st.lists(members, min_size=1, max_size=4).map(tuple))
STRATEGIES = {
    d.CHARACTER: characters, d.SCENE: scenes, d.POSE: poses, d.PROP: props, d.STYLE: styles, d.SHOT: shots,
}  # fmt: skip
documents = st.one_of(*STRATEGIES.values())


@st.composite
def pairs(draw, kind):
    """Draw two documents of one asset: often one is the other with some of its parts from a third."""
    before, other = draw(STRATEGIES[kind]), draw(STRATEGIES[kind])
    other = replace(other, **({"code": before.code} if kind == d.SHOT else {"slug": before.slug}))
    if kind != d.SHOT and kind != d.CHARACTER and draw(st.booleans()):
        names_of = [field for field in ("name", "notes") if draw(st.booleans())]
        return before, replace(before, **{name: getattr(other, name) for name in names_of})
    if kind == d.SHOT and draw(st.booleans()):
        mixed = draw(st.permutations([*before.cast, *other.cast[:1]]))
        kept = tuple(mixed[: draw(st.integers(len(before.cast), len(mixed)))])
        return before, replace(before, cast=kept, negative=other.negative, duration=other.duration)
    if kind == d.CHARACTER and draw(st.booleans()):
        known = {item.slug: item for item in (*other.looks, *before.looks)}
        mixed = draw(st.permutations([replace(item, base="") for item in known.values()]))
        mixed = [item if item.overrides else replace(item, overrides=(("hair", ()),)) for item in mixed]
        return before, replace(before, looks=tuple(mixed), aliases=other.aliases, palette=other.palette)
    return before, other


@st.composite
def stagings(draw) -> Staging:
    """Draw a shot whose cast wears looks and expressions that its characters have, with everything it refers to."""
    cast = []
    for found in draw(st.lists(characters, min_size=1, max_size=2)):
        whole = effective(found, draw(plain_characters)) if found.base else found
        wearing = draw(members)
        look = draw(st.sampled_from(["", *(look.slug for look in whole.looks)]))
        face = draw(st.sampled_from(["", *(item.slug for item in whole.expressions)]))
        preset = draw(poses) if wearing.preset else None
        cast.append(Performer(replace(wearing, look=look, expression=face), whole, preset))
    document = draw(_shots(st.just(tuple(performer.member for performer in cast))))
    return Staging(
        document,
        tuple(cast),
        draw(scenes) if document.scene else None,
        draw(styles) if document.style else None,
        tuple(draw(props) for _use in document.props),
    )
