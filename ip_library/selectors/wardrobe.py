"""What characters can wear: their own looks and expressions, and those of the characters that they are variants of."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ip_library.core.documents import SLOTS, Tags
from ip_library.models import CharacterSheet, Expression, Look

_OTHERS = 400  # names of other characters' looks: a help for choosing, not a catalogue


class Worn(NamedTuple):
    """A look or an expression, and the character that has it."""

    slug: str
    name: str
    owner: str


class Wardrobe:
    """The looks (or the expressions) of some projects, read once for a whole page."""

    def __init__(self, model: type[Look] | type[Expression], projects: Collection[int]) -> None:
        self._model = model
        self._projects = projects
        self._wanted: set[int] = set()
        self._chains: dict[int, list[int]] = {}
        self._own: dict[int, list[Worn]] = {}
        self._others: dict[str, list[str]] | None = None

    def want(self, character: int) -> None:
        """Note that the page offers what a character can wear."""
        self._wanted.add(character)

    def of(self, character: int) -> list[Worn]:
        """Return what a character can wear: its own things first, each name once."""
        self._wanted.add(character)
        if missing := self._wanted - self._chains.keys():
            self._load(missing)
        found: dict[str, Worn] = {}
        for owner in self._chains[character]:
            for worn in self._own.get(owner, ()):
                found.setdefault(worn.slug, worn)
        return list(found.values())

    def elsewhere(self) -> dict[str, list[str]]:
        """Return the names that any character of the projects has, and which characters those are."""
        if self._others is None:
            self._others = {}
            rows = self._model.objects.filter(character__project__in=self._projects).order_by("slug", "character__slug")
            for slug, owner in rows.values_list("slug", "character__slug")[:_OTHERS]:
                self._others.setdefault(slug, []).append(owner)
        return self._others

    def _load(self, characters: Iterable[int]) -> None:
        bases = bases_of(self._projects)
        self._chains |= {character: chain_of(character, bases) for character in characters}
        owners = {owner for chain in self._chains.values() for owner in chain} - self._own.keys()
        self._own |= {owner: [] for owner in owners}
        rows = self._model.objects.filter(character__in=owners).order_by("slug")
        for key, slug, name, owner in rows.values_list("character", "slug", "name", "character__slug"):
            self._own[key].append(Worn(slug, name, owner))


def bases_of(projects: Collection[int]) -> dict[int, int]:
    """Return the base of every variant of some projects, by their keys."""
    rows = CharacterSheet.objects.filter(project__in=projects, base__isnull=False)
    return {key: base for key, base in rows.values_list("pk", "base") if base is not None}


def chain_of(character: int, bases: dict[int, int]) -> list[int]:
    """Return a character and what it builds on, one on the other; a circle is followed once."""
    chain = [character]
    while (base := bases.get(chain[-1])) and base not in chain:
        chain.append(base)
    return chain


def inherited_slots(sheet: CharacterSheet) -> dict[str, Tags]:
    """Return what a character looks like as drafts stand: its own slots, and its base's where it leaves them empty."""
    chain = chain_of(sheet.pk, bases_of([sheet.project_id]) if sheet.base_id else {})
    rows = {sheet.pk: sheet} if len(chain) == 1 else CharacterSheet.objects.in_bulk(chain)
    found: dict[str, Tags] = {}
    for slot in SLOTS:
        values = (_tags(rows[key], slot) for key in chain)
        found[slot] = next((tags for tags in values if tags is not None), ())
    return found


def _tags(sheet: CharacterSheet, slot: str) -> Tags | None:
    tags: Tags | None = getattr(sheet, slot)
    return tags


def circle_problem(sheet: CharacterSheet, base: CharacterSheet) -> str:
    """Say that a character would build on itself; nothing when it does not, as one that is not saved yet."""
    if sheet.pk not in chain_of(base.pk, bases_of([base.project_id])):
        return ""
    return f"{base.slug} builds on {sheet.slug} already; a character cannot build on itself"
