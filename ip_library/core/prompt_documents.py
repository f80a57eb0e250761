"""From one prompt to documents that a library can keep: named, numbered, and with nothing of it lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ip_library.core import documents as d
from ip_library.core.dialects.base import Staging
from ip_library.core.normalise import Normalised
from ip_library.core.plain import slug_of
from ip_library.core.problems import Problem, warning
from ip_library.core.prompt import NEGATIVE_BLOCK, Block, Prompt, join_tags
from ip_library.core.read_back import read_prompt
from ip_library.core.text import NAME_LIMIT, NOTES_LIMIT, normalise, tag_problem
from ip_library.core.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Kept:
    """The documents of a prompt, what is referred to first and the shot last; and what is worth a look."""

    documents: tuple[d.Document, ...]
    problems: tuple[Problem, ...]


def documents_of(
    found: Normalised, *, code: str, source: str, vocabulary: Vocabulary | None, negative: Sequence[str] = ()
) -> Kept:
    """Return a prompt as a shot called ``code`` with its characters, scene, style and props.

    ``negative`` are the tags of the negative prompt that came with it; the notes keep those that no tag may hold.
    Scene and style are named after the shot. ``source`` is where the prompt came from; the shot's notes say so, and
    keep what no document has a place for.
    """
    shunned = tuple(dict.fromkeys((*found.negative, *(tag for tag in negative if not tag_problem("negative", tag)))))
    beside = Prompt(found.prompt.dialect, (Block(NEGATIVE_BLOCK, text=join_tags(shunned)),))
    read = read_prompt(found.prompt, vocabulary=vocabulary, negative=beside if shunned else None)
    staging, shot = read.staging, read.staging.shot
    own = slug_of(code)
    odd = join_tags(tag for tag in negative if tag_problem("negative", tag))
    extras = (*found.extras, *([("negative", odd)] if odd else []))
    lines = [f"Imported from {source}", shot.notes, *(f"{field}: {text}" for field, text in extras)]
    shot = replace(
        shot,
        code=code,
        title=normalise(source.rpartition("/")[2].rpartition(".")[0] or source)[:NAME_LIMIT].strip(),
        notes=normalise("\n".join(line for line in lines if line))[:NOTES_LIMIT].strip(),
        scene=d.Reference(own) if shot.scene else None,
        style=d.Reference(own) if shot.style else None,
    )
    problems = [*read.problems]
    if found.preface:
        problems.append(
            warning("import.preface", "", f"what stands before the prompt is left out: {found.preface[:80]!r}")
        )
    problems += [
        warning("import.extra", field, f"{text[:80]!r} has no place in the dialect; the shot's notes keep it")
        for field, text in extras
    ]
    return Kept((*_parts(staging, own, shot.title), shot), tuple(problems))


def _parts(staging: Staging, own: str, title: str) -> list[d.Document]:
    parts: list[d.Document] = [performer.character for performer in staging.performers]
    if staging.scene:
        parts.append(replace(staging.scene, slug=own, name=title or own))
    if staging.style:
        parts.append(replace(staging.style, slug=own, name=title or own))
    return [*parts, *dict.fromkeys(staging.props)]


def wearing_own(shot: d.ShotDocument, characters: dict[str, d.CharacterDocument], made: Kept) -> d.ShotDocument:
    """Return the shot as characters play it that were there before.

    An expression that one of them does not know becomes part of its pose.
    """
    faces = {item.slug: item for item in made.documents if isinstance(item, d.CharacterDocument)}
    cast = []
    for member in shot.cast:
        there = characters.get(member.character.asset)
        if there is not None and member.expression and there.expression(member.expression) is None:
            face = faces[member.character.asset].expression(member.expression)
            tags = (*member.pose, *(face.tags if face else ()))
            member = replace(member, expression="", pose=tuple(dict.fromkeys(tags)))
        cast.append(member)
    return replace(shot, cast=tuple(cast))
