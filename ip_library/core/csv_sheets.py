"""Assets as CSV, one row an asset, as people keep them in a spreadsheet.

========== =================================================================================================
kind       columns beside ``slug`` and, but for looks and expressions, ``notes``
========== =================================================================================================
character  name, gender, prompt_name, aliases, hair, eyes, face, body, clothing, accessories, locked
look       character, name, base, hair, eyes, face, body, clothing, accessories, cleared
expression character, name, base, tags, hair, eyes, face, body, clothing, accessories, cleared
scene      name, background, environment, lighting, atmosphere
pose       name, tags
prop       name, tags
style      name, style, artists, quality, negative
shot       name (the title), scene, size, angle, cast, pose, negative, action; slug is the code
========== =================================================================================================

A look or expression leaves the slots alone whose cells are empty; those that it empties stand in ``cleared``. The
kind stands in a column ``kind``, or in the file's name (``characters.csv``). Tags are separated by commas, names in
``aliases`` and members of the cast by ``|``: ``miku/summer/gentle@0.3,0.7 | len@0.7,0.7`` is character, look,
expression and feet centre; the column ``pose`` has their tags in the same order. A column that a file does not have
leaves what is there. A cell that a spreadsheet would take for a formula is written with a leading ``'``.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ip_library.core import documents as d
from ip_library.core.canonical import format_decimal
from ip_library.core.problems import Problem, error
from ip_library.core.prompt import join_tags, split_tags
from ip_library.core.text import normalise

CHARACTERS_TO: Final = 8_000_000
ROWS_TO: Final = 20_000
PROBLEMS_TO: Final = 100

LOOK: Final = "look"
EXPRESSION: Final = "expression"
VARIANTS: Final = (LOOK, EXPRESSION)  # rows that are part of a character: see csv_variants
KINDS: Final = (*d.KINDS, *VARIANTS)

_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    d.CHARACTER: (*d.SLOTS, "locked"), d.SCENE: d.SCENE_SLOTS, d.POSE: ("tags",), d.PROP: ("tags",),
    d.STYLE: d.STYLE_SLOTS, d.SHOT: ("negative",),
}  # fmt: skip
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    d.CHARACTER: ("slug", "name", "gender", "prompt_name", "aliases", *d.SLOTS, "locked", "notes"),
    LOOK: ("character", "slug", "name", "base", *d.SLOTS, "cleared"),
    EXPRESSION: ("character", "slug", "name", "base", "tags", *d.SLOTS, "cleared"),
    d.SCENE: ("slug", "name", *d.SCENE_SLOTS, "notes"),
    d.POSE: ("slug", "name", "tags", "notes"),
    d.PROP: ("slug", "name", "tags", "notes"),
    d.STYLE: ("slug", "name", *d.STYLE_SLOTS, "notes"),
    d.SHOT: ("slug", "name", "scene", "size", "angle", "cast", "pose", "negative", "action", "notes"),
}
_ALL: Final = frozenset(name for names in COLUMNS.values() for name in names) | {"kind"}
_FORMULA: Final = ("=", "+", "-", "@")
_PLACE: Final = (Decimal("0.5"), Decimal("0.7"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is sound by itself: its line, the asset, and its cells by column."""

    line: int
    kind: str
    asset: str
    cells: Mapping[str, str]


def kind_of_file(name: str) -> str:
    """Return the kind that a file's name says (``characters.csv``), or an empty string."""
    stem = name.rpartition(".")[0].casefold()
    return next((kind for kind in KINDS if stem in (kind, f"{kind}s")), "")


def read_rows(text: str, *, kind: str = "") -> tuple[list[Row], list[Problem]]:
    """Read a CSV file of at most 20,000 rows; ``kind`` is for rows without one. Problems name line and column."""
    problems: list[Problem] = []
    if len(text) > CHARACTERS_TO:
        return [], [error("csv.size", "", f"has {len(text):,} characters, at most {CHARACTERS_TO:,} are read")]
    rows: list[Row] = []
    seen: dict[tuple[str, str, str], int] = {}
    for row in _rows(text.removeprefix("\ufeff"), kind, problems):
        first = seen.setdefault((row.kind, row.cells.get("character", ""), row.asset), row.line)
        if first != row.line:
            problems.append(
                error("csv.twice", f"line {row.line}/slug", f"{row.asset!r} stands in line {first} already")
            )
        rows.append(row)
        if len(problems) >= PROBLEMS_TO:
            break
    if not rows and not problems:
        problems.append(error("csv.empty", "", "holds no row below its header"))
    return rows, problems[:PROBLEMS_TO]


def document_of(row: Row, before: d.Document | None = None) -> tuple[d.Document | None, list[Problem]]:
    """Return the document of a row: ``before`` with the cells of the row in place of its own."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in row.cells.items():
        if column in _TAGS[row.kind]:
            values[column] = split_tags(cell)
        elif column == "aliases":
            values[column] = tuple(name for part in cell.split("|") if (name := part.strip()))
        elif column == "scene":
            values[column] = d.Reference(cell) if cell else None
        elif column not in ("cast", "pose"):
            values[column] = cell
    match row.kind:
        case d.CHARACTER:
            return _character(row, values, before), problems
        case d.SHOT:
            if "cast" in row.cells:
                values["cast"], problems = _cast(row)
            values["title"] = values.pop("name", before.title if isinstance(before, d.ShotDocument) else "")
            blank = d.ShotDocument(code=row.asset, title="", cast=())
            return replace(before if isinstance(before, d.ShotDocument) else blank, **values), problems
    blanks: Mapping[str, d.Document] = {
        d.SCENE: d.SceneDocument(row.asset, row.asset),
        d.POSE: d.PoseDocument(row.asset, row.asset),
        d.PROP: d.PropDocument(row.asset, row.asset),
        d.STYLE: d.StyleDocument(row.asset, row.asset),
    }
    return replace(before or blanks[row.kind], **values), problems


def write_rows(kind: str, documents: Iterable[d.Document]) -> str:
    """Write the assets of one kind as CSV; props and dialogue have no column, see export as XML.

    Looks and expressions stand in files of their own: see ``csv_variants``.
    """
    return write_cells(kind, ([_cell(document, column) for column in COLUMNS[kind]] for document in documents))


def write_cells(kind: str, rows: Iterable[Iterable[str]]) -> str:
    """Write rows below the header of their kind, each cell so that no spreadsheet calculates it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS[kind])
    for cells in rows:
        writer.writerow([_guard(cell) for cell in cells])
    return buffer.getvalue()


def _rows(text: str, kind: str, problems: list[Problem]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader, ())]
        problems += _header_problems(header)
        if problems:
            return
        for number, cells in enumerate(reader, start=1):
            if number > ROWS_TO:
                problems.append(
                    error("csv.size", f"line {reader.line_num}", f"more than {ROWS_TO:,} rows are not read")
                )
                return
            if any(cell.strip() for cell in cells) and (row := _row(reader.line_num, header, cells, kind, problems)):
                yield row
    except csv.Error as reason:
        problems.append(error("csv.form", f"line {reader.line_num}", f"is not CSV: {reason}"))


def _header_problems(header: Sequence[str]) -> list[Problem]:
    if "slug" not in header:
        return [error("csv.header", "line 1", f"has no column slug; it has {', '.join(header)[:80] or 'none'}")]
    problems = [
        error("csv.header", f"line 1/{name[:40]}", f"is no column; known are {', '.join(sorted(_ALL))}")
        for name in header
        if name not in _ALL
    ]
    return problems + [
        error("csv.header", f"line 1/{name}", "stands there twice") for name in set(header) if header.count(name) > 1
    ]


def _row(line: int, header: Sequence[str], cells: Sequence[str], kind: str, problems: list[Problem]) -> Row | None:
    if len(cells) != len(header):
        message = f"has {len(cells)} cells, the header has {len(header)}"
        problems.append(error("csv.cells", f"line {line}", message))
        return None
    found = {name: normalise(_unguard(cell)) for name, cell in zip(header, cells, strict=True)}
    own = found.pop("kind", "") or kind
    slug = found.pop("slug")
    if own not in KINDS:
        message = f"{own[:40]!r} must be one of {', '.join(KINDS)}; write it into a column kind, or name the file so"
        problems.append(error("csv.kind", f"line {line}/kind", message))
        return None
    foreign = [name for name, cell in found.items() if cell and name not in COLUMNS[own]]
    problems += [error("csv.column", f"line {line}/{name}", f"{own} has no column {name}") for name in foreign]
    if foreign:
        return None
    if own in VARIANTS and not found.get("character"):
        problems.append(error("csv.character", f"line {line}/character", f"must say whose {own} it is"))
        return None
    return Row(line, own, slug, {name: cell for name, cell in found.items() if name in COLUMNS[own]})


def _character(row: Row, values: dict[str, Any], before: d.Document | None) -> d.CharacterDocument:
    old = before if isinstance(before, d.CharacterDocument) else None
    slots = {slot: values.pop(slot) for slot in d.SLOTS if slot in values}
    blank = d.CharacterDocument(row.asset, row.asset, d.GENDERS[0], d.Appearance())
    document = old or blank
    return replace(document, appearance=replace(document.appearance, **slots), **values)


def _cast(row: Row) -> tuple[tuple[d.CastMember, ...], list[Problem]]:
    members, problems = [], []
    poses = [split_tags(part) for part in row.cells.get("pose", "").split("|")]
    for number, part in enumerate(part for part in row.cells["cast"].split("|") if part.strip()):
        who, _, where = part.strip().partition("@")
        character, look, expression, *more = [*(word.strip() for word in who.split("/")), "", ""][: 3 + who.count("/")]
        try:
            place = tuple(Decimal(word.strip()) for word in where.split(",")) if where.strip() else _PLACE
        except InvalidOperation:
            place = ()
        if len(place) not in (2, 3) or any(more) or not character:
            message = f"{part.strip()[:60]!r} must have the form miku/look/expression@0.3,0.7 with numbers from 0 to 1"
            problems.append(error("csv.cast", f"line {row.line}/cast", message))
            continue
        pose = poses[number] if number < len(poses) else ()
        members.append(d.CastMember(d.Reference(character), d.Position(*place), look, expression, pose))
    return tuple(members), problems


def _cell(document: d.Document, column: str) -> str:
    if column == "slug":
        return document.asset
    if isinstance(document, d.ShotDocument):
        match column:
            case "name":
                return document.title
            case "scene":
                return document.scene.asset if document.scene else ""
            case "cast":
                return " | ".join(_member(member) for member in document.cast)
            case "pose":
                return " | ".join(join_tags(member.pose) for member in document.cast)
    if isinstance(document, d.CharacterDocument):
        if column in d.SLOTS:
            return join_tags(getattr(document.appearance, column))
        if column == "aliases":
            return " | ".join(document.aliases)
    value = getattr(document, column)
    return join_tags(value) if isinstance(value, tuple) else str(value)


def _member(member: d.CastMember) -> str:
    who = "/".join((member.character.asset, member.look, member.expression)).rstrip("/")
    place = [member.position.x, member.position.y, *([member.position.scale] if member.position.scale != 1 else [])]
    return f"{who}@{','.join(format_decimal(number) for number in place)}"


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
