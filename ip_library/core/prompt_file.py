"""Check a prompt file of either dialect: can it be read, has it the right shape, does it say what it means.

Everything that a person can get wrong is a finding, never an exception.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Final

from ip_library.core import text
from ip_library.core.documents import GENDERS
from ip_library.core.errors import RefusedError, XmlRefusedError
from ip_library.core.files import read_bounded
from ip_library.core.problems import Problem, error, errors_of, warning
from ip_library.core.prompt import GENERAL_TAGS, MAX_CHARACTERS, SCENE, Block, Prompt, split_tags
from ip_library.core.schema import dialect_of, prompt_problems
from ip_library.core.xml import MAX_BYTES, prompt_of, prompt_tree

POSITION_WORDS: Final = ("left", "center_left", "center", "center_right", "right", "foreground", "background")
MAX_PROBLEMS: Final = 100
MAX_TAGS: Final = 512  # more than the compiler can put in one element: six slots of 48 tags

_PROSE: Final = frozenset(("caption",))
_NUMBER: Final = r"([+-]?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}))"
_COORDINATES: Final = re.compile(rf"x:\s*{_NUMBER}\s*,\s*y:\s*{_NUMBER}")
_CHARACTER: Final = re.compile(r"character_([0-9]{1,6})")
_PLACEHOLDER: Final = re.compile(r"\$character_([0-9]{1,6})\$")
_COUNT: Final = re.compile(r"([0-9]{1,3})(\+?)(girl|boy|other)s?")
_PLAIN_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ESCAPED: Final = re.compile(r"\\([()])")
_UNESCAPED: Final = re.compile(r"(?<!\\)[()]")
_SENTENCE_WORDS: Final = 4
_NEAR: Final = Decimal("0.05")

_Place = tuple[Decimal | str, ...]


@dataclass(frozen=True, slots=True)
class PromptReport:
    """What is known of a prompt file; ``prompt`` is there when its structure is sound."""

    dialect: str | None
    prompt: Prompt | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not errors_of(self.problems)


def check_prompt(data: bytes) -> PromptReport:
    """Parse, validate and lint a prompt file of at most 256 KiB; at most 100 findings are listed."""
    try:
        root = prompt_tree(data)
    except XmlRefusedError as refusal:
        return PromptReport(None, None, (error(refusal.code, "", str(refusal)),))
    dialect = dialect_of(root)
    structure = prompt_problems(root, dialect or GENERAL_TAGS)
    if dialect is None:
        return PromptReport(None, None, _capped(structure))
    prompt = prompt_of(root, dialect)
    meaning = list(_meaning(prompt))
    if b"\r" in data:
        text_ends = "holds carriage returns, which the model would read; save it with LF line ends"
        meaning.append(warning("prompt.line_ends", "", text_ends))
    # Where both speak of one value, the finding that knows its meaning is the better one.
    explained = {problem.field for problem in errors_of(meaning)}
    structure = [p for p in structure if not (p.code == "xml.value" and p.field in explained)]
    return PromptReport(dialect, None if structure else prompt, _capped([*structure, *meaning]))


def find_prompts(paths: Iterable[Path]) -> list[Path]:
    """Return the files to check, each once: a folder stands for every ``*.xml`` file in and below it.

    A folder that has none or cannot be read stays in the list, so that checking it says so.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(sorted(_inside(path)) or [path]))
    return list(found)


def _inside(folder: Path) -> Iterator[Path]:
    closed: list[OSError] = []
    for place, _, names in os.walk(folder, onerror=closed.append):  # never raises, follows no links
        yield from (Path(place, name) for name in names if name.endswith(".xml"))
    yield from (Path(failure.filename) for failure in closed)


def check_file(path: Path) -> PromptReport:
    """Check one prompt file; that it cannot be read is a finding too (``file.unreadable``)."""
    try:
        if path.is_dir():
            return _unreadable("is a folder in which no *.xml file can be found")
        return check_prompt(read_bounded(path, limit=MAX_BYTES))
    except RefusedError as refusal:
        return _unreadable(str(refusal))
    except (OSError, ValueError) as failure:
        return _unreadable(f"cannot be read: {getattr(failure, 'strerror', None) or failure}")


def _unreadable(message: str) -> PromptReport:
    return PromptReport(None, None, (error("file.unreadable", "", message),))


def _capped(problems: list[Problem]) -> tuple[Problem, ...]:
    rest = problems[MAX_PROBLEMS:]
    if not rest:
        return tuple(problems)
    say = error if errors_of(rest) else warning
    return (*problems[:MAX_PROBLEMS], say("prompt.more", "", f"{len(rest)} more findings are not listed"))


def _meaning(prompt: Prompt) -> Iterator[Problem]:
    yield from _character_numbers(prompt)
    for field, value in prompt.walk():
        name = field.rpartition("/")[2]
        if name not in _PROSE and name != "position":
            yield from _tags(field, value)
    for block in prompt.characters:
        yield from _identity(block)
        yield from _partners(block, prompt)
    yield from _places(prompt)
    if prompt.dialect == GENERAL_TAGS:
        yield from _counts(prompt)


def _character_numbers(prompt: Prompt) -> Iterator[Problem]:
    matches = (_CHARACTER.fullmatch(block.name) for block in prompt.characters)
    numbers = [int(found.group(1)) for found in matches if found]
    if len(numbers) > MAX_CHARACTERS:
        message = f"has {len(numbers)} characters, at most {MAX_CHARACTERS} are allowed"
        yield error("character.too_many", "", message)
    elif sorted(numbers) != list(range(1, len(numbers) + 1)):
        names = ", ".join(f"character_{number}" for number in numbers)
        message = f"the characters are {names}; number them from 1 without gaps"
        yield error("character.number", f"character_{numbers[-1]}", message)


def _tags(field: str, value: str) -> Iterator[Problem]:
    tags = split_tags(value)
    if value and len(tags) != value.count(",") + 1:
        yield warning("tag.missing", field, "has a comma with no tag before or after it")
    if len(tags) > MAX_TAGS:
        yield error("tags.too_many", field, f"has {len(tags)} tags, at most {MAX_TAGS} are allowed")
        return
    for tag, times in Counter(tags).items():
        if times > 1 and not field.endswith("/interaction"):  # what is done with one may be done with another
            yield warning("tag.twice", field, f"{_short(tag)} stands there {times} times")
        if _PLAIN_TAG.fullmatch(tag):
            continue  # nearly every tag: nothing else can be wrong with it
        if problem := text.tag_problem(field, _ESCAPED.sub(r"\1", tag)):
            yield problem
        if _UNESCAPED.search(tag):
            yield warning("tag.parentheses", field, f"{_short(tag)} holds a bare parenthesis; write \\( and \\)")
        words = len(tag.split())
        if words >= _SENTENCE_WORDS or (tag.endswith(".") and any(map(str.isalpha, tag))):
            message = f"{_short(tag)} reads like a sentence ({words} words); the model was trained on short tags"
            yield warning("tag.sentence", field, message)


def _identity(block: Block) -> Iterator[Problem]:
    gender, name = block.get("gender"), block.get("n")
    if gender and gender not in GENDERS:
        message = f"{_short(gender)} is none of {', '.join(GENDERS)}"
        yield warning("gender.unknown", f"{block.name}/gender", message)
    placeholder = _PLACEHOLDER.fullmatch(name)
    if placeholder and f"character_{placeholder.group(1)}" != block.name:
        yield warning("name.number", f"{block.name}/n", f"{name!r} should be '${block.name}$'")


def _partners(block: Block, prompt: Prompt) -> Iterator[Problem]:
    """Check whom a character's interaction names: ``$character_2$`` must be another one that is described."""
    names = {other.name for other in prompt.characters}
    for tag in block.tags("interaction"):
        partner = found.group().strip("$") if (found := _PLACEHOLDER.fullmatch(tag)) else ""
        if partner == block.name:
            yield warning("interaction.self", f"{block.name}/interaction", f"{tag!r} is this character itself")
        elif partner and partner not in names:
            message = f"{tag!r} is not described; there are {', '.join(sorted(names))}"
            yield warning("interaction.partner", f"{block.name}/interaction", message)


def _places(prompt: Prompt) -> Iterator[Problem]:
    """Check every position and warn where two characters stand at nearly the same place."""
    read = _coordinates if prompt.dialect == SCENE else _words
    seen: list[tuple[str, _Place]] = []
    for block in prompt.characters:
        field, value = f"{block.name}/position", block.get("position")
        if not value:
            continue
        place, problems = read(field, value)
        yield from problems
        if problems:
            continue
        if other := next((name for name, taken in seen if _near(place, taken)), None):
            yield warning("position.overlap", field, f"{_short(value)} is where {other} stands; move them apart")
        seen.append((block.name, place))


def _coordinates(field: str, value: str) -> tuple[_Place, list[Problem]]:
    found = _COORDINATES.fullmatch(value)
    if found is None:
        message = f"{_short(value)} must have the form x:0.5, y:0.7 with numbers from 0 to 1"
        return (), [error("position.form", field, message)]
    place = tuple(Decimal(number) for number in found.groups())
    outside = [(axis, number) for axis, number in zip("xy", place, strict=True) if not 0 <= number <= 1]
    return place, [
        error("position.range", field, f"{axis} is {number}, it must be from 0 to 1") for axis, number in outside
    ]


def _words(field: str, value: str) -> tuple[_Place, list[Problem]]:
    known = ", ".join(POSITION_WORDS)
    if _COORDINATES.fullmatch(value):
        message = f"{_short(value)} is how the dialect scene says it; here write words: {known}"
        return (), [error("position.word", field, message)]
    words = split_tags(value)
    unknown = next((word for word in words if word not in POSITION_WORDS), None)
    if unknown is not None:
        return (), [error("position.word", field, f"{_short(unknown)} is no position word; known: {known}")]
    return tuple(sorted(set(words))), []


def _near(one: _Place, two: _Place) -> bool:
    return one == two or all(
        isinstance(a, Decimal) and isinstance(b, Decimal) and abs(a - b) < _NEAR for a, b in zip_longest(one, two)
    )


def _counts(prompt: Prompt) -> Iterator[Problem]:
    """Compare the count tags with the character blocks: how many, and of which gender."""
    genders = [block.get("gender") for block in prompt.characters]
    counts, field = prompt.block(GENERAL_TAGS).tags("count"), f"{GENERAL_TAGS}/count"
    if not genders:
        return
    if not counts:
        yield warning("count.missing", field, f"is missing; say how many the {len(genders)} characters are")
    if "solo" in counts and len(genders) != 1:
        yield warning("count.mismatch", field, f"says 'solo', but there are {len(genders)} characters")
    said = [found for tag in counts if (found := _COUNT.fullmatch(tag))]
    total, open_ended = sum(int(found.group(1)) for found in said), any(found.group(2) for found in said)
    shown = ", ".join(found.group() for found in said)
    if said and (len(genders) < total or (len(genders) > total and not open_ended)):
        makes = f"{total}{'+' if open_ended else ''}"
        message = f"{_short(shown)} makes {makes} characters, but {len(genders)} are described"
        yield warning("count.mismatch", field, message)
    elif not open_ended and set(genders) <= set(GENDERS):
        for found in said:
            if genders.count(f"1{found.group(3)}") != int(found.group(1)):
                message = f"says {found.group()!r}, but the genders are {', '.join(genders)}"
                yield warning("count.mismatch", field, message)
                return


def _short(value: str) -> str:
    return repr(value if len(value) <= text.TAG_LIMIT else f"{value[: text.TAG_LIMIT]}...")
