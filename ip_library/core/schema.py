"""Check trees against the schemas in ``schemas/``, and say what is wrong in words for people.

libxml2 answers yes or no, which is all that a good document needs. Only for a bad one xmlschema looks for the
reasons; it is given our own tree, never a user's text or bytes, and may open only our own schema files.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xmlschema
from lxml import etree
from xmlschema.validators import XsdElement, XsdFacet

from ip_library.core import documents
from ip_library.core.problems import Problem, error
from ip_library.core.prompt import GENERAL_TAGS, NEGATIVE_BLOCK, SCENE

KINDS: Final = (*documents.KINDS, "prompt-scene", "prompt-general_tags")
FOLDER: Final = Path(__file__).resolve().parents[2] / "schemas"
MAX_PROBLEMS: Final = 50

_VALUE_LIMIT: Final = 60
_PLURALS: Final = {
    ("shot", "member"): "cast",
    ("character", "look"): "looks",
    ("character", "expression"): "expressions",
    ("character", "alias"): "aliases",
    ("character", "art"): "art",
    ("shot", "prop"): "props",
    ("shot", "interaction"): "interactions",
}
_NUMBERED: Final = frozenset(("tag", "slot", "colour", "line"))  # shown by number alone, below what holds them
_ATTRIBUTE: Final = re.compile(r"attribute ([\w.-]+)=")
_CHARACTER_RUN: Final = re.compile(r"character_1, .*character_(\d)")
_GENERAL_ELEMENTS: Final = frozenset(("clothing", "expression", "action"))


def schema_problems(root: etree._Element, kind: str) -> list[Problem]:
    """Check a tree that ``xml.parse`` returned against the schema of ``kind`` (one of ``KINDS``).

    At most 50 problems are listed, each with a path, the value, what is allowed and the line.
    """
    validator = _validator(kind)
    if validator.validate(root):
        return []
    name = kind.partition("-")[0]
    if root.tag != name:
        return [error("xml.root", "", f"the root is <{str(root.tag)[:_VALUE_LIMIT]}>, it must be <{name}>")]
    # The order of first appearance is kept, repeats go: several facets of one value fail together.
    found = list(dict.fromkeys(islice(_reasons(root, kind), MAX_PROBLEMS)))
    return found or [error("xml.schema", "", f"breaks the schema of {kind}: {_last_message(validator)}")]


def dialect_of(root: etree._Element) -> str | None:
    """Recognise the dialect of a prompt by its blocks; ``None`` where no block is known."""
    names = {str(block.tag) for block in root}
    if GENERAL_TAGS in names:
        return GENERAL_TAGS
    if SCENE in names:
        return SCENE
    characters = [block for block in root if str(block.tag).startswith("character_")]
    inner = {str(element.tag) for block in characters for element in block}
    if inner & _GENERAL_ELEMENTS:
        return GENERAL_TAGS
    if "pose" in inner or any("x:" in (block.findtext("position") or "") for block in characters):
        return SCENE
    return GENERAL_TAGS if characters or names & {NEGATIVE_BLOCK, "caption"} else None


def prompt_problems(root: etree._Element, dialect: str) -> list[Problem]:
    """Check the blocks and elements of a prompt: around the blocks, and by the schema of the dialect."""
    head = root.text or ""
    if not len(root) and not head.strip():
        return [error("prompt.empty", "", "holds no block; it needs at least one, for example <character_1>")]
    first = 1 + head[: len(head) - len(head.lstrip())].count("\n")
    loose = [(head, f"before the first block (line {first})")]
    loose += [(block.tail or "", f"after <{str(block.tag)[:_VALUE_LIMIT]}>") for block in root]
    found = [
        error("prompt.text", "", f"{_quote(text.strip())} stands {where}; only blocks may stand there")
        for text, where in loose
        if text.strip()
    ]
    less_precise = ("xml.text", "")
    return found + [p for p in schema_problems(root, f"prompt-{dialect}") if (p.code, p.field) != less_precise]


@cache
def _validator(kind: str) -> etree.XMLSchema:
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, but it must be one of {', '.join(KINDS)}")
    return etree.XMLSchema(file=str(FOLDER / f"{kind}.xsd"))


@cache
def _explainer(kind: str) -> xmlschema.XMLSchema:
    # "sandbox": the schema may include files beside itself and nothing else.
    return xmlschema.XMLSchema(str(FOLDER / f"{kind}.xsd"), allow="sandbox", defuse="always")


def _last_message(validator: etree.XMLSchema) -> str:
    log: Any = validator.error_log
    last = log.last_error
    return f"{last.message} (line {last.line})" if last is not None else "no reason is known"


def _reasons(root: etree._Element, kind: str) -> Iterator[Problem]:
    schema = _explainer(kind)
    resource = xmlschema.XMLResource(root, allow="none", defuse="always")
    try:
        for failure in schema.iter_errors(resource):
            element: Any = failure.elem
            if isinstance(element, etree._Element):
                yield from _explain(schema, failure, element)
    except xmlschema.XMLSchemaException:  # its own limits; what was found so far stands
        return


def _explain(schema: xmlschema.XMLSchema, failure: Any, element: etree._Element) -> Iterator[Problem]:
    """Turn one failure into problems; ``failure`` is loosely typed because its data depends on its class."""
    declared: Any = schema.find("/".join(["", *(str(step.tag) for step in _steps(element))]))
    reason = failure.reason or ""
    if not isinstance(declared, XsdElement):
        yield _problem("xml.element", element, "", f"<{str(element.tag)[:_VALUE_LIMIT]}> is not known here")
    elif isinstance(failure, xmlschema.XMLSchemaChildrenValidationError):
        yield _misplaced(declared, failure, element)
    elif isinstance(failure, xmlschema.XMLSchemaDecodeError) or isinstance(failure.validator, XsdFacet):
        yield _bad_value(declared, reason, element)
    elif len(element) and declared.type.has_simple_content():
        inner = ", ".join(sorted({f"<{child.tag}>" for child in element}))
        yield _problem("xml.nested", element, "", f"holds {inner[:_VALUE_LIMIT]}, but it may hold text only")
    elif "character data" in reason:
        texts = [element.text, *(child.tail for child in element)]
        loose = next((found for text in texts if (found := (text or "").strip())), "")
        yield _problem("xml.text", element, "", f"holds {_quote(loose)} where only elements may stand")
    else:
        yield from _attributes(declared, element)


def _bad_value(declared: XsdElement, reason: str, element: etree._Element) -> Problem:
    name, value = "", element.text or ""
    rule: Any = declared.type
    if named := _ATTRIBUTE.match(reason):
        name = named.group(1)
        rule, value = declared.attributes[name].type, str(element.get(name, ""))
    shown = f"{_quote(value)} must be" if value.strip() else "is empty; it must be"
    return _problem("xml.value", element, name, f"{shown} {_documentation(rule)}")


def _attributes(declared: XsdElement, element: etree._Element) -> Iterator[Problem]:
    known = declared.attributes
    allowed = ", ".join(str(name) for name in known) or "none"
    for name in element.attrib:
        if name not in known:
            text = f"the attribute {_quote(str(name))} is not known; allowed: {allowed}"
            yield _problem("xml.attribute", element, "", text)
    for wanted, attribute in known.items():
        if attribute.use == "required" and str(wanted) not in element.attrib:
            text = f"is missing; it must be {_documentation(attribute.type)}"
            yield _problem("xml.missing", element, str(wanted), text)


def _misplaced(declared: Any, failure: Any, element: etree._Element) -> Problem:
    particles = {str(item.name): item for item in declared.type.content.iter_elements()}
    present = [str(child.tag) for child in element]
    order = _CHARACTER_RUN.sub(r"character_1 to character_\1", ", ".join(particles))
    child = failure.invalid_child
    if child is not None and str(child.tag) not in particles:
        text = f"<{str(child.tag)[:_VALUE_LIMIT]}> is not known here; allowed: {order}"
        return _problem("xml.element", child, "", text)
    expected = [str(item.name) for item in failure.expected or () if isinstance(item, XsdElement)]
    lacking = next((name for name in expected if name not in present and particles[name].min_occurs), None)
    if lacking:
        return _problem("xml.missing", element, lacking, f"is missing in <{element.tag}>; it is required")
    if child is None:
        text = f"<{element.tag}> is not complete; it holds, in order: {order}"
        return _problem("xml.missing", element, "", text)
    name = str(child.tag)
    most = particles[name].max_occurs
    if most is not None and present.count(name) > most:
        text = f"<{name}> stands there {present.count(name)} times, at most {most} allowed"
        return _problem("xml.repeated", child, "", text)
    return _problem("xml.order", child, "", f"<{name}> cannot stand here; the order is {order}")


def _documentation(rule: Any) -> str:
    """Return what the type's annotation in the schema says a value must be."""
    while rule.annotation is None and rule.local_name is None and rule.base_type is not None:
        rule = rule.base_type  # a type without a name says what the one says that it extends
    if rule.annotation is not None and rule.annotation.documentation:
        return " ".join((rule.annotation.documentation[0].text or "").split())
    return f"of the type {rule.local_name}"


def _problem(code: str, element: etree._Element, name: str, message: str) -> Problem:
    field = "/".join(part for part in (path_of(element), name) if part)
    return error(code, field, f"{message} (line {line_of(element)})")


def _quote(value: str) -> str:
    return repr(value if len(value) <= _VALUE_LIMIT else f"{value[:_VALUE_LIMIT]}...")


def _steps(element: etree._Element) -> list[etree._Element]:
    return [*reversed(list(element.iterancestors())), element]


def line_of(element: etree._Element) -> int | None:
    """Return the line on which an element starts, where the parser knows it."""
    line: Any = element.sourceline  # the stubs do not say what it is
    return int(line) if line else None


def path_of(element: etree._Element) -> str:
    """Return where an element stands, as a field: ``cast/1/position``, ``looks/2``, ``appearance/hair/3``."""
    parts: list[str] = []
    for step in _steps(element)[1:]:
        parent = step.getparent()
        name = str(step.tag).rpartition("}")[2][:_VALUE_LIMIT]
        if parent is None:
            continue
        plural = _PLURALS.get((str(parent.tag), str(step.tag)))
        alike = parent.findall(str(step.tag))
        if name == "tag" and parent.getparent() is None:
            plural = "tags"
        if plural or name in _NUMBERED:
            parts += [plural] if plural else []
            parts.append(str(alike.index(step) + 1))
        else:
            parts += [name, str(alike.index(step) + 1)] if len(alike) > 1 else [name]
    return "/".join(parts)
