"""Import what people have: documents, prompts of either dialect, pictures that carry one, and CSV.

All files of a call become drafts, or none of them: every file is read and checked, each problem named by its file,
and one problem takes everything back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import csv_sheets, csv_variants, png_texts, prompt_pairs
from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.errors import InvalidDocumentError, RefusedError, SetteiError, UnknownError
from ip_library.core.named_files import find_files
from ip_library.core.normalise import normalise_prompt, read_negative
from ip_library.core.ordering import references_first
from ip_library.core.problems import Problem, error, errors_of, warning
from ip_library.core.prompt_documents import documents_of, wearing_own
from ip_library.core.shot_codes import ShotPattern
from ip_library.core.source_tree import read_source
from ip_library.core.trailers import check_message
from ip_library.core.xml import MAX_BYTES
from ip_library.models import Project, ShotComposition
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import AssetName, as_draft, get_draft, read_draft
from ip_library.selectors.prepare import prepare_assets
from ip_library.selectors.vocabulary import vocabulary_of
from ip_library.services.access import require
from ip_library.services.audit import refusals
from ip_library.services.commit import CommitResult, commit_assets
from ip_library.services.edit import save_document
from ip_library.services.locks import lock_project

STEP: Final = 10  # between the numbers of shots, as people leave it for what comes in between
_DOCUMENT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?xml[^>]{0,100}\?>)?\s{0,100}"
    rb"<(?:character|scene|pose|prop|style|shot)\s[^>]{0,300}\b(?:slug|code)\s?="
)
_DIGITS: Final = re.compile(r"[0-9]+")


@dataclass(slots=True)
class ImportReport:
    """What an import did: the assets by the file they came from, how many drafts changed, what is worth a look."""

    assets: list[tuple[str, AssetName]] = field(default_factory=list)
    changed: int = 0
    warnings: list[Problem] = field(default_factory=list)
    committed: CommitResult | None = None


def import_files(
    *,
    project: Project,
    paths: Sequence[Path],
    editor: User | None,
    first_code: str = "",
    replace: bool = False,
    message: str = "",
) -> ImportReport:
    """Make drafts of files, or of all in folders; with a ``message`` they are committed as one changeset.

    ``X.negative.xml`` is the negative prompt of ``X.xml``; of prompts that lie in ``prompts/DIALECT/`` in several
    dialects the project's default is read. A prompt becomes a shot with its characters, scene, style and props;
    shots are numbered from ``first_code``, or from the first code of the project's pattern, in steps of ten, in the
    order of the files, past codes that are taken.
    Assets that are there already stay as they are, unless ``replace`` says otherwise.

    Raises:
        NotAllowedError: the editor's role does not grant editing, or committing where a message is given.
        InvalidDocumentError: files are refused, each problem with its file and field; nothing is changed.
        SetteiError: a path or the first code cannot be read; nothing is changed.
    """
    with refusals(project, editor, "import", f"project/{project}"):
        require(editor, project, Action.EDIT)
        if message:
            message = check_message(message)
            require(editor, project, Action.COMMIT)
        files = find_files(paths)
        with transaction.atomic():
            work = _Import(lock_project(project), editor, replace=replace, first_code=first_code)
            work.take_all(files)
            report = work.finish(check=bool(message))
        if message and report.assets:
            names = list(dict.fromkeys(asset for _, asset in report.assets))
            report.committed = commit_assets(project=project, assets=names, message=message, author=editor)
    return report


class _Import:
    """One import under way, inside its transaction."""

    def __init__(self, project: Project, editor: User | None, *, replace: bool, first_code: str) -> None:
        self._project, self._editor, self._replace = project, editor, replace
        self._report = ImportReport()
        self._problems: list[Problem] = []
        self._codes = _codes(project, first_code)
        self._sheets: dict[AssetName, tuple[str, d.Document]] = {}
        self._variants: list[tuple[str, csv_sheets.Row]] = []

    def take_all(self, files: Mapping[str, Path]) -> None:
        """Read all files, each prompt with its negative prompt, and each in one dialect."""
        found = prompt_pairs.pair(list(files), self._project.default_dialect)
        for name in found.alone:
            message = (
                f"is a negative prompt without its prompt: {name.replace('.negative.', '.')} is not among the files"
            )
            self._problems.append(error("import.negative", name, message))
        for name, chosen in found.left_out.items():
            message = f"is left out: {chosen} is the same prompt in the dialect that is read"
            self._report.warnings.append(warning("import.dialect", name, message))
        for name in found.names:
            negative = found.negatives.get(name, "")
            self._take(files[name], name, (files[negative], negative) if negative else None)

    def _take(self, path: Path, name: str, negative: tuple[Path, str] | None) -> None:
        """Read one file; documents and rows wait until all are read, for they may refer to one another."""
        try:
            shunned = _negative_in(*negative) if negative else ()
            if path.suffix == ".png":
                texts = png_texts.read_texts(read_source(path, limit=png_texts.FILE_BYTES_TO), name=name)
                found = png_texts.find_prompt(texts, name=name)
                self._take_prompt(found.text.encode(), name, read_negative(found.negative.encode()))
            elif path.suffix == ".csv":
                self._take_rows(read_source(path, limit=csv_sheets.CHARACTERS_TO), name)
            else:
                data = read_source(path, limit=MAX_BYTES)
                if _DOCUMENT.match(data):
                    if negative:
                        raise RefusedError(negative[1], f"beside {name}, which is no prompt", "beside its prompt")
                    self._take_sheet(name, as_draft(from_xml(data)))
                else:
                    self._take_prompt(data, name, shunned)
        except InvalidDocumentError as reason:
            self._problems += [problem.under(name) for problem in reason.problems]
        except SetteiError as reason:
            self._problems.append(error(reason.code, name, str(reason)))

    def finish(self, *, check: bool) -> ImportReport:
        """Save what waits, what is referred to first, and refuse everything if anything was refused."""
        self._add_variants()
        for document in references_first(document for _, document in self._sheets.values()):
            self._save(self._sheets[document.kind, document.asset][0], document)
        if check and not self._problems:
            assets = list(dict.fromkeys(asset for _, asset in self._report.assets))
            for item in prepare_assets(self._project, assets):
                where = f"{item.document.kind}/{item.document.asset}"
                self._problems += [problem.under(where) for problem in item.problems]
        if self._problems:
            raise InvalidDocumentError("import", self._problems)
        return self._report

    def _take_sheet(self, name: str, document: d.Document) -> None:
        """Keep a document until all are read; one call takes one document of an asset."""
        kind, asset = document.kind, document.asset
        first, before = self._sheets.setdefault((kind, asset), (name, document))
        if before != document:
            message = (
                f"{kind} {asset!r} stands in {first} already, and different; one import takes one document of an "
                "asset: leave one out, or import a folder of v001, v002 ... with --versions"
            )
            self._problems.append(error("import.twice", name, message))

    def _add_variants(self) -> None:
        """Put the looks and expressions of rows into their characters, which other files may hold."""
        for name, row in self._variants:
            where, asset = f"{name}/line {row.line}", (d.CHARACTER, row.cells["character"])
            known = self._known_asset(*asset)
            if known and not self._replace:
                message = f"character {asset[1]!r} is there already and stays as it is"
                self._report.warnings.append(warning("import.exists", where, message))
                continue
            source, before = self._sheets.get(asset, (where, known))
            if not isinstance(before, d.CharacterDocument):
                message = f"there is no character {asset[1]!r}, neither in the files nor in {self._project}"
                self._problems.append(error("csv.character", f"{where}/character", message))
                continue
            character, found = csv_variants.with_variant(before, row)
            self._problems += [problem.under(name) for problem in found]
            self._sheets[asset] = (source, character)

    def _take_prompt(self, data: bytes, name: str, negative: d.Tags = ()) -> None:
        code = next(self._codes, "")
        if not code:
            raise RefusedError("first_code", name, "lower: the numbers of the shots run out of digits")
        read, vocabulary = normalise_prompt(data), vocabulary_of(self._project)
        made = documents_of(read, code=code, source=name, vocabulary=vocabulary, negative=negative)
        self._report.warnings += [problem.under(name) for problem in made.problems]
        there: dict[str, d.CharacterDocument] = {}
        for document in made.documents:
            known = None if self._replace else self._known(document)
            if known is None:
                if isinstance(document, d.ShotDocument):
                    document = wearing_own(document, there, made)
                problems = len(self._problems)
                self._save(name, document)
                if len(self._problems) > problems:
                    return  # the shot would only say once more what is missing
                continue
            if isinstance(known, d.CharacterDocument):
                there[known.slug] = known
            message = f"{document.kind} {document.asset!r} is there already and stays as it is"
            self._report.warnings.append(warning("import.exists", name, message))

    def _take_rows(self, data: bytes, name: str) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as reason:
            raise RefusedError(name, f"byte {reason.start} is not UTF-8", "CSV saved as UTF-8") from None
        rows, problems = csv_sheets.read_rows(text, kind=csv_sheets.kind_of_file(name.rpartition("/")[2]))
        for row in rows if not problems else ():
            if row.kind in csv_sheets.VARIANTS:
                self._variants.append((name, row))
                continue
            before = self._known_asset(row.kind, row.asset)
            if before and not self._replace:
                message = f"{row.kind} {row.asset!r} is there already and stays as it is"
                self._report.warnings.append(warning("import.exists", f"{name}/line {row.line}", message))
                continue
            document, found = csv_sheets.document_of(row, before)
            problems += found
            if document and not found:
                self._take_sheet(f"{name}/line {row.line}", document)
        self._problems += [problem.under(name) for problem in problems]

    def _known(self, document: d.Document) -> d.Document | None:
        return self._known_asset(document.kind, document.asset)

    def _known_asset(self, kind: str, asset: str) -> d.Document | None:
        try:
            return read_draft(get_draft(self._project, kind, asset))
        except UnknownError:
            return None

    def _save(self, name: str, document: d.Document) -> None:
        """Save one draft; a document of a tree that is there already stays, unless it says the same."""
        asset = (document.kind, document.asset)
        if not self._replace and (known := self._known(document)):
            if known != document:
                message = f"{asset[0]} {asset[1]!r} is there already, and different; import with replace to change it"
                self._problems.append(error("import.exists", name, message))
            else:
                self._report.assets.append((name, asset))
            return
        try:
            self._report.changed += save_document(project=self._project, document=document, editor=self._editor)
            self._report.assets.append((name, asset))
        except InvalidDocumentError as reason:
            self._problems += [problem.under(name) for problem in errors_of(reason.problems)]


def _negative_in(path: Path, name: str) -> d.Tags:
    try:
        return read_negative(read_source(path, limit=MAX_BYTES))
    except InvalidDocumentError as reason:
        raise InvalidDocumentError("import", [problem.under(name) for problem in reason.problems]) from None
    except SetteiError as reason:
        raise RefusedError(name, str(reason), "a negative prompt") from None


def _codes(project: Project, first: str) -> Iterator[str]:
    """Return the codes of the project's pattern that no shot has yet, from the first one on."""
    pattern = ShotPattern.of(project.shot_pattern)
    parts = pattern.read(first or pattern.example)
    if parts is None:
        raise RefusedError("first_code", first[:40], f"a code of the project's pattern, as {pattern.example}")
    return _free(project, pattern, {name: int(_DIGITS.findall(text)[-1]) for name, text in parts.items()})


def _free(project: Project, pattern: ShotPattern, numbers: dict[str, int]) -> Iterator[str]:
    while pattern.read(code := pattern.write(numbers)) is not None:
        numbers["shot"] += STEP
        if not ShotComposition.objects.filter(project=project, code=code).exists():
            yield code
