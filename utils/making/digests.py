"""A digest of what made a thing: the definitions that a function reaches, and the versions of what they import."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import sys
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What these do changes nothing that is made: the data has checksums, the rest shows or stores it.
WITHOUT_EFFECT = {
    "utils.models",
    "utils.making.bars",
    "utils.files",
    "utils.processes",
    "utils.plots",
    "utils.machine",
}
WITHOUT_EFFECT |= {"utils.data:_read", "utils.data:_path", "utils.data:cache_dir"}


def digest(recipe: str) -> str:
    """Of ``module:function``, 16 hexadecimal digits. Comments, docstrings and layout don't count."""
    code, _ = _reached(recipe)
    made_of = json.dumps([sorted(code.items()), sorted(versions(recipe).items())])
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def versions(recipe: str) -> dict[str, str]:
    """Of each package that the definitions import, by the name that it is imported under."""
    _, packages = _reached(recipe)
    return {name: _version(name) for name in sorted(packages)}


def _package(source: str) -> str:
    return source.split(":", maxsplit=1)[0].split(".", maxsplit=1)[0]


@lru_cache
def _version(package: str) -> str:
    """Not the build: tensorflow-cpu is tensorflow, and torch 2.13.0+cpu is 2.13.0."""
    for distribution in _distributions().get(package, []):
        return importlib.metadata.version(distribution).split("+")[0]
    return ""


@lru_cache
def _distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


@lru_cache
def _reached(recipe: str) -> tuple[dict[str, str], set[str]]:
    """``{"module:name": its syntax tree}`` of all that is reached, and the packages that these modules import."""
    code, packages, todo = {}, set(), [recipe]
    while todo:
        module, _, name = (place := todo.pop()).partition(":")
        if place in code or module in WITHOUT_EFFECT or place in WITHOUT_EFFECT:
            continue
        definitions, imported = _module(module)
        if name not in definitions:
            raise KeyError(f"{module} defines no {name}")
        code[place] = "\n".join(ast.dump(_bare(node)) for node in definitions[name])
        local = {name: source for node in definitions[name] for name, source in _imports(node)}
        packages |= {_package(source) for source in local.values() if not source.startswith("utils")}
        names = imported | local
        used = {n.id for node in definitions[name] for n in ast.walk(node) if isinstance(n, ast.Name)}
        todo += [f"{module}:{other}" for other in used & set(definitions)]
        for other in used & set(names):
            source = names[other]
            if source == "utils.models:kept":  # what is read there was made by these
                todo += [
                    f"{module}:{made}" for made in ast.literal_eval(definitions["KEPT"][0].value).values()
                ]
            elif not source.startswith("utils."):
                packages.add(_package(source))
            elif ":" in source:
                todo.append(source)
            else:  # a whole module: what of it is used
                attributes = [
                    n for node in definitions[name] for n in ast.walk(node) if isinstance(n, ast.Attribute)
                ]
                todo += [f"{source}:{a.attr}" for a in attributes if getattr(a.value, "id", "") == other]
    return code, packages - set(sys.stdlib_module_names)


@lru_cache
def _module(module: str) -> tuple[dict[str, list[ast.stmt]], dict[str, str]]:
    """Top-level statements by the name that they define, and imported names by where they come from."""
    text = ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    definitions: dict[str, list[ast.stmt]] = {}
    imported: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)):
                definitions.setdefault(name, []).append(node)
        else:
            imported |= dict(_imports(node))
    return definitions, imported


def _imports(node: ast.stmt) -> list[tuple[str, str]]:
    """``(name, "module:name")`` or, of a whole module, ``(name, "module")``, wherever in the statement."""
    found = []
    for one in ast.walk(node):
        if isinstance(one, ast.ImportFrom):
            for alias in one.names:
                whole = ROOT.joinpath(*(one.module or "").split("."), alias.name).with_suffix(".py").exists()
                found.append((alias.asname or alias.name, f"{one.module}{'.' if whole else ':'}{alias.name}"))
        elif isinstance(one, ast.Import):
            found += [
                (a.asname or a.name.split(".")[0], a.name if a.asname else a.name.split(".")[0])
                for a in one.names
            ]
    return found


def _bare(node: ast.stmt) -> ast.stmt:
    """Without docstrings."""
    for one in ast.walk(node):
        if (
            isinstance(one, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(one, clean=False) is not None
        ):
            one.body = one.body[1:] or [ast.Pass()]
    return node
