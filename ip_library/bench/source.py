"""Write a large library as a folder of canonical documents, the same one each time, for measurements and tests.

Eight of ten assets are characters, one of twenty a scene, the rest shots; two of three shots show the first
character, whose change is therefore felt everywhere. Every pass changes each document a little.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from ip_library.core import documents as d
from ip_library.core.canonical import to_xml
from ip_library.core.paths import document_path

ASSETS: Final = 10_000
PASSES: Final = 3
LEAD: Final = "extra-00000"  # the character that two of three shots show

_COLOURS: Final = ("black", "blonde", "brown", "blue", "green", "pink", "purple", "red", "silver", "white")
_PLACES: Final = ("park", "classroom", "rooftop", "street", "beach", "library", "kitchen", "train_station")
_LIGHTS: Final = ("sunlight", "sunset", "moonlight", "backlighting", "lens_flare")
_SHOTS_IN_SEQUENCE: Final = 20
_SEQUENCES_IN_EPISODE: Final = 20
Progress = Callable[[int, int], None]


def write_source(
    folder: Path, *, assets: int = ASSETS, passes: int = PASSES, on_progress: Progress | None = None
) -> int:
    """Write ``folder/v001/characters/...`` and so on; return how many files that are."""
    done = 0
    for number in range(1, passes + 1):
        for document in documents_of(assets, number):
            path = folder / f"v{number:03d}" / document_path(document.kind, document.asset)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(to_xml(document))
            done += 1
            if on_progress:
                on_progress(done, assets * passes)
    return done


def documents_of(assets: int, number: int) -> Iterator[d.Document]:
    """Yield the documents of a pass, what is referred to first."""
    scenes = max(assets // 20, 1)
    shots = max(assets * 3 // 20, 1)
    characters = max(assets - scenes - shots, 1)
    for at in range(characters):
        yield character(at, number)
    for at in range(scenes):
        yield _scene(at, number)
    for at in range(shots):
        yield _shot(at, number, characters=characters, scenes=scenes, starring=at < shots * 2 // 3)


def character(at: int, number: int) -> d.CharacterDocument:
    """Return character ``at`` as pass ``number`` has it."""
    colour = _COLOURS[(at + number) % len(_COLOURS)]
    return d.CharacterDocument(
        slug=f"extra-{at:05d}",
        name=f"Extra {at}",
        gender=d.GENDERS[at % 2],
        appearance=d.Appearance(
            hair=(f"{colour}_hair", "long_hair", "blunt_bangs"),
            eyes=(f"{_COLOURS[at % len(_COLOURS)]}_eyes",),
            face=("freckles",) if at % 3 == 0 else (),
            body=("slim",),
            clothing=("school_uniform", f"{colour}_ribbon", "pleated_skirt"),
            accessories=("hairclip",) if at % 2 else (),
        ),
        looks=(d.LookDocument("summer", "Summer", (("clothing", ("sundress", "straw_hat")),)),),
        expressions=(d.ExpressionDocument("gentle", "Gentle", ("slight_smile",)),),
        notes=f"Stands in the crowd, row {at % 40}.",
    )


def _scene(at: int, number: int) -> d.SceneDocument:
    return d.SceneDocument(
        slug=f"place-{at:04d}",
        name=f"Place {at}",
        background=(_PLACES[at % len(_PLACES)], "outdoors" if at % 2 else "indoors"),
        environment=("petals_on_the_ground",),
        lighting=(_LIGHTS[(at + number) % len(_LIGHTS)],),
        atmosphere=("calm",),
    )


def _shot(at: int, number: int, *, characters: int, scenes: int, starring: bool) -> d.ShotDocument:
    first = LEAD if starring else f"extra-{1 + at % max(characters - 1, 1):05d}"
    second = f"extra-{1 + (at * 7 + 3) % max(characters - 1, 1):05d}"
    names = dict.fromkeys((first, second)) if characters > 2 else {LEAD: None}
    sequence, shot = divmod(at, _SHOTS_IN_SEQUENCE)
    episode, sequence = divmod(sequence, _SEQUENCES_IN_EPISODE)
    places = (Decimal("0.3"), Decimal("0.7"))
    return d.ShotDocument(
        code=f"E{episode + 1:02d}_SQ{(sequence + 1) * 10:03d}_SH{(shot + 1) * 10:04d}",
        title=f"Shot {at}",
        cast=tuple(
            d.CastMember(
                character=d.Reference(name),
                position=d.Position(x, Decimal("0.7") + Decimal(number) / 100),
                look="summer" if at % 4 == 0 else "",
                expression="gentle",
                pose=("standing", "looking_at_viewer"),
            )
            for name, x in zip(names, places, strict=False)
        ),
        scene=d.Reference(f"place-{at % scenes:04d}"),
        negative=("lowres", "bad_anatomy"),
        notes=f"Pass {number}.",
    )
