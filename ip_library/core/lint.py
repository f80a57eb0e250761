"""Findings that forbid nothing but are worth a look before a document becomes a version.

``fix`` is what to write in the value's place: tags separated by commas, a position such as ``x:0.4, y:0.7``, or for
``tag.slot`` the slot the tag belongs to. With a vocabulary every rule applies, without one those that need none.
A document is linted by itself (``lint``); what only shows when a shot meets its characters, by ``lint_staging``.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from ip_library.core import documents as d
from ip_library.core.camera import ANGLES, SIZES
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.inherit import expression_chain, look_chain
from ip_library.core.positions import position_findings
from ip_library.core.problems import Problem, warning
from ip_library.core.tag_fields import tag_fields
from ip_library.core.vocabulary import Vocabulary, spelled

# Which slots of the vocabulary fit into which slot of a document; where there is no entry, all do.
_FITTING: Final = {
    "hair": frozenset({"hair"}),
    "eyes": frozenset({"eyes"}),
    "face": frozenset({"face", "expression"}),
    "body": frozenset({"body"}),
    "clothing": frozenset({"clothing"}),
    "accessories": frozenset({"accessories", "objects"}),
    "expression": frozenset({"expression", "face", "eyes"}),
    "pose": frozenset({"pose", "interaction", "expression", "face", "camera", "objects"}),
    "prop": frozenset({"objects", "accessories", "clothing"}),
    "interactions": frozenset({"interaction", "pose"}),
    "style": frozenset({"style", "quality", "atmosphere", "camera", "lighting"}),
    "quality": frozenset({"quality", "style"}),
    "background": frozenset({"background", "environment", "objects", "camera"}),
    "environment": frozenset({"environment", "background", "atmosphere", "objects", "camera"}),
    "lighting": frozenset({"lighting", "environment", "atmosphere"}),
    "atmosphere": frozenset({"atmosphere", "lighting", "environment", "style", "quality"}),
}

# How far down a body a shot size shows, and how far down a described part is: 1 face, 2 shoulders, 3 waist, 4 thighs,
# 5 feet. A part is looked up whole, then by its last word.
_SHOWN: Final = {
    "extreme_close-up": 1, "close-up": 1, "face_focus": 1, "portrait": 2, "upper_body": 3, "medium_shot": 3,
    "cowboy_shot": 4, "cropped_legs": 4, "feet_out_of_frame": 4,
}  # fmt: skip
_PART: Final = {
    **dict.fromkeys(("skirt", "miniskirt", "trousers", "pants", "jeans", "shorts", "leggings", "sweatpants"), 4),
    **dict.fromkeys(("thighhighs", "stockings", "pantyhose", "hands_in_pockets", "bare_legs"), 4),
    **dict.fromkeys(("shoes", "boots", "sneakers", "loafers", "sandals", "heels", "slippers", "mary_janes"), 5),
    **dict.fromkeys(("geta", "zori", "flats", "footwear", "barefoot", "socks", "kneehighs", "tiptoes"), 5),
    **dict.fromkeys(("belt", "crossed_arms", "hands_on_hips"), 3),
}

_Place = tuple[str, d.Tags]


def lint(document: d.Document, *, vocabulary: Vocabulary | None = None) -> list[Problem]:
    """Look at one document: its tags, what they say together, and for a shot where its cast stands."""
    places = list(tag_fields(document))
    slots = {d.POSE: "pose", d.PROP: "prop"}
    found = [problem for place in places for problem in _tags(*place, vocabulary, slots.get(document.kind))]
    match document:
        case d.CharacterDocument():
            found += _character(document, vocabulary)
        case d.SceneDocument():
            found += _together(places, vocabulary)
        case d.PoseDocument() | d.PropDocument():
            found += [*_together(places, vocabulary), *_sizes(places, vocabulary)]
        case d.StyleDocument():
            asked = places[:-1]
            found += [*_together(asked, vocabulary), *_negated("negative", document.negative, asked, vocabulary)]
        case d.ShotDocument():
            camera = _camera(document)
            for pose in places[:-1]:
                found += [*_together([pose], vocabulary), *_sizes([pose], vocabulary)]
                found += _sizes([pose, *camera], vocabulary, across=True) if camera else []
            fixed = [*camera, *((field, tags) for field, tags in places[:-1] if not field.startswith("interactions"))]
            found += _together(fixed, vocabulary, new={field for field, _ in camera})
            seen = [*places[:-1], *camera]
            found += _negated("negative", document.negative, seen, vocabulary)
            cut = any(_is_framed(tags, vocabulary) for _, tags in camera)
            framed = {n for n, m in enumerate(document.cast, 1) if cut or _is_framed(m.pose, vocabulary)}
            found += position_findings(document.cast, framed)
    return found


def lint_staging(staging: Staging, *, vocabulary: Vocabulary | None = None) -> list[Problem]:
    """Look at what a shot says together with its characters, poses, props, scene and style."""
    found: list[Problem] = []
    shot = staging.shot
    scene = [(f"scene/{slot}", getattr(staging.scene, slot)) for slot in d.SCENE_SLOTS] if staging.scene else []
    camera = _camera(shot)
    seen = list(scene)
    for number, performer in enumerate(staging.performers, start=1):
        pose, face = f"cast/{number}/pose", f"cast/{number}/expression"
        preset = (f"cast/{number}/preset", performer.preset.tags if performer.preset else ())
        worn = [*_worn(f"cast/{number}", performer), (face, performer.expression)]
        posed = [*worn, preset, (pose, performer.member.pose)]
        sheet = {field for field, _ in worn}
        faces = {face, *(field for field in sheet if field.startswith(f"{face}/"))}
        looks = {field for field in sheet if "/look/" in field}
        found += _together(posed, vocabulary, new={pose}, against={*sheet, preset[0]})
        found += _together([*worn, preset], vocabulary, new={preset[0]}, against=sheet)
        found += _together(worn, vocabulary, new=faces, against=looks)
        found += _together([*camera, preset], vocabulary, new={field for field, _ in camera}, against={preset[0]})
        found += _sizes([*posed, *scene], vocabulary, across=True)
        found += _sizes([*worn, preset, *camera], vocabulary, across=True)
        seen += [*worn, preset]
    seen += [(f"props/{number}", prop.tags) for number, prop in enumerate(staging.props, start=1)]
    style = staging.style
    if style:
        drawn = [(f"style/{slot}", getattr(style, slot)) for slot in ("style", "quality")]
        found += _together([*scene, *drawn], vocabulary, new={f for f, _ in drawn}, against={f for f, _ in scene})
        asked = [*seen, *camera, *((f"cast/{n}/pose", m.pose) for n, m in enumerate(shot.cast, start=1))]
        found += _negated("style", style.negative, asked, vocabulary)
        seen += [*drawn, ("style/artists", style.artists)]
    return [*found, *_negated("negative", shot.negative, seen, vocabulary)]


def is_sentence(tag: str) -> bool:
    """Tell whether a tag is rather a sentence: four words or more, or a full stop at its end."""
    return tag.count(" ") >= 3 or tag.endswith(".")


def _camera(shot: d.ShotDocument) -> list[_Place]:
    """Return the tags that shot size and camera angle compile to."""
    terms = (("size", SIZES.get(shot.size)), ("angle", ANGLES.get(shot.angle)))
    return [(field, term.tags) for field, term in terms if term]


# ------------------------------------------------------------------------------------------------ one tag by itself


def _tags(field: str, tags: d.Tags, vocabulary: Vocabulary | None, slot: str | None = None) -> Iterator[Problem]:
    last = field.partition("/")[0] if field.startswith("interactions/") else field.rpartition("/")[2]
    slot = slot or ("expression" if last == "tags" else last)
    for tag in tags:
        if is_sentence(tag):
            yield _sentence(field, tag, vocabulary)
        elif vocabulary is not None and slot != "artists":  # no vocabulary lists people
            yield from _word(field, tag, vocabulary, _FITTING.get(slot))


def _sentence(field: str, tag: str, vocabulary: Vocabulary | None) -> Problem:
    fix = ", ".join(vocabulary.suggest(tag)) if vocabulary else ""
    message = f"{tag!r} reads like a sentence; the model knows short tags such as blue_hair"
    return warning("tag.sentence", field, f"{message}; write {fix}" if fix else message, fix)


def _word(field: str, tag: str, vocabulary: Vocabulary, fitting: frozenset[str] | None) -> Iterator[Problem]:
    canonical = vocabulary.canonical(tag)
    if canonical is None:
        near = vocabulary.nearest(tag)
        message = f"{tag!r} is not in the vocabulary"
        said = "" if near or " " not in tag else ", ".join(vocabulary.suggest(tag))
        fix = near[0] if near else said
        hint = f"; near: {', '.join(near)}" if near else f"; write {said}" if said else ""
        yield warning("tag.unknown", field, message + hint, fix)
        return
    if canonical != tag:
        yield warning("tag.alias", field, f"{tag!r} is {canonical} in the vocabulary", canonical)
    slot = vocabulary.slot_of(tag)
    if slot and fitting is not None and slot not in fitting:
        yield warning("tag.slot", field, f"{tag!r} belongs in {slot}", slot)


# ------------------------------------------------------------------------------------------------- tags among others


def _character(document: d.CharacterDocument, vocabulary: Vocabulary | None) -> Iterator[Problem]:
    """Look at the appearance, then at what each look and each expression adds to it."""
    base: list[_Place] = [(slot, getattr(document.appearance, slot)) for slot in d.SLOTS]
    yield from _together(base, vocabulary)
    for look in document.looks:
        own = {f"looks/{look.slug}/{slot}" for slot, _tags in look.overrides}
        dressed = _dressed(base, "looks", look_chain(document, look.slug))
        yield from _together(dressed, vocabulary, new=own)
    for item in document.expressions:
        field = f"expressions/{item.slug}"
        own = {f"{field}/tags", *(f"{field}/{slot}" for slot, _tags in item.overrides)}
        dressed = _dressed(base, "expressions", expression_chain(document, item.slug))
        yield from _together([*dressed, (f"{field}/tags", item.tags)], vocabulary, new=own)


def _dressed(
    base: Sequence[_Place], prefix: str, chain: Iterable[d.LookDocument | d.ExpressionDocument]
) -> list[_Place]:
    """Return the slots after a chain of overrides, each named after who said it last; what is new stands last."""
    places = {slot: (field, tags) for slot, (field, tags) in zip(d.SLOTS, base, strict=True)}
    for item in chain:
        for slot, tags in item.overrides:
            places.pop(slot, None)
            places[slot] = (f"{prefix}/{item.slug}/{slot}", tags)
    return list(places.values())


def _worn(prefix: str, performer: Performer) -> list[_Place]:
    """Return what a performer wears; the slots that its look replaces are named after the look."""
    member, character = performer.member, performer.character
    named = dict.fromkeys(d.SLOTS, "character")
    named |= {slot: "look" for look in look_chain(character, member.look) for slot, _tags in look.overrides}
    faces = expression_chain(character, member.expression)
    named |= {slot: "expression" for face in faces for slot, _tags in face.overrides}
    appearance = performer.appearance
    return [(f"{prefix}/{named[slot]}/{slot}", getattr(appearance, slot)) for slot in d.SLOTS]


def _together(
    places: Sequence[_Place],
    vocabulary: Vocabulary | None,
    new: Collection[str] | None = None,
    against: Collection[str] | None = None,
) -> Iterator[Problem]:
    """Find tags that contradict or repeat each other.

    With ``new``, only pairs of which one stands in these fields; with ``against``, and the other in those.
    """

    def counts(one: str, two: str) -> bool:
        return (
            new is None
            or (one in new and (against is None or two in against))
            or (two in new and (against is None or one in against))
        )

    first: dict[str, tuple[str, str]] = {}
    fields: dict[str, str] = {}
    for field, tags in places:
        for tag in tags:
            fields.setdefault(tag, field)
            earlier = first.setdefault(_key(tag, vocabulary), (field, tag))
            if earlier != (field, tag) and counts(earlier[0], field):
                said = f"stands in {earlier[0]} already" if earlier[0] != field else f"says what {earlier[1]!r} says"
                yield warning("tag.duplicate", field, f"{tag!r} {said}; keep one of them")
    if vocabulary is None:
        return
    for one, two in vocabulary.contradictions(fields):
        if counts(fields[one], fields[two]):
            message = f"{two!r} contradicts {one!r} in {fields[one]}; keep one of them"
            yield warning("tag.contradiction", fields[two], message)


def _sizes(places: Sequence[_Place], vocabulary: Vocabulary | None, *, across: bool = False) -> Iterator[Problem]:
    """Find parts that are described though the size of the shot cuts them off; ``across``: in another field alone."""
    keys = [(field, tag, _key(tag, vocabulary)) for field, tags in places for tag in tags]
    for size_field, size, size_key in keys:
        shown = _SHOWN.get(size_key)
        for field, tag, key in keys if shown else ():
            part = _PART.get(key) or _PART.get(key.rpartition("_")[2], 0)
            if part > (shown or part) and not (across and field == size_field):
                yield warning("size.part", size_field, f"{size!r} does not show {tag!r} ({field})")


def _is_framed(pose: d.Tags, vocabulary: Vocabulary | None) -> bool:
    """Tell whether a pose names a shot size that cuts the figure on purpose."""
    return any(_key(tag, vocabulary) in _SHOWN for tag in pose)


def _negated(
    field: str, negative: d.Tags, places: Sequence[_Place], vocabulary: Vocabulary | None
) -> Iterator[Problem]:
    """Find tags that are asked for and excluded at once."""
    if not negative:
        return
    asked = {_key(tag, vocabulary): place for place, tags in reversed(places) for tag in tags}
    for tag in negative:
        if place := asked.get(_key(tag, vocabulary)):
            yield warning("tag.negated", field, f"{tag!r} is excluded here and asked for in {place}")


def _key(tag: str, vocabulary: Vocabulary | None) -> str:
    return (vocabulary.canonical(tag) if vocabulary else None) or spelled(tag)
