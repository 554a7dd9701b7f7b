"""Trainings too long for a lesson, done once: ``python -m utils.models`` makes what isn't there yet.

A recipe is ``module:function``, and the function fills a folder. What it makes is kept under a hash of
what made it: the source of the module and of those of ours that it uses, the data's checksums, the versions
of the frameworks. Change any of these, and it is made anew; change none, and it never is.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pkgutil
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from filelock import FileLock

from utils.data import SHA256, cache_dir
from utils.quiet import import_tensorflow

# What is made, and by which function: its module is imported only when it has to.
RECIPES = {
    "cures": "utils.cures:train",
    "cnn": "utils.cnn:train",
    "cnn_keras": "utils.cnn_keras:train",
    "int8": "utils.int8_models:train",
    "sevens": "utils.sevens:make",
    "sevens_study": "utils.sevens_study:train",
}


# What these do changes nothing that is made: the data has its checksums.
HELPERS = {"utils.data", "utils.models", "utils.quiet"}


def sources(module: str) -> dict[str, str]:
    """The source of a module, and of all in ``utils`` that it imports, and they in turn: by name."""
    found, todo = {}, [module]
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8")
            used = re.findall(r"^ *from (utils\.\w+) import ", found[name], re.MULTILINE)
            todo += set(used) - HELPERS
    return found


def digest(recipe: str) -> str:
    """What the result depends on, as 16 hexadecimal digits."""
    source = list(sources(recipe.partition(":")[0]).values())
    versions = {name: importlib.metadata.version(name) for name in ("keras", "torch", "numpy")}
    made_of = json.dumps([sorted(source), SHA256, versions], sort_keys=True)
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def model_path(name: str) -> Path:
    """The folder of what a recipe makes; FileNotFoundError names the command where it isn't there yet."""
    path = _folder(name, RECIPES[name])
    if not path.exists():
        raise FileNotFoundError(f"{name} is not made yet. To make it, type: python -m utils.models")
    return path


def make(name: str, recipe: str) -> Path:
    """Follow one recipe unless that is done. Two processes at once do it once; nothing torn is left."""
    path = _folder(name, recipe)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if path.exists():
            return path
        started = time.perf_counter()
        print(f"{name}: being made …", flush=True)
        part = Path(tempfile.mkdtemp(dir=path.parent, suffix=".part"))
        try:
            pkgutil.resolve_name(recipe)(part)
            os.replace(part, path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        print(f"{name}: made in {time.perf_counter() - started:.0f} s, in {path}")
    return path


def _folder(name: str, recipe: str) -> Path:
    return cache_dir() / "models" / f"{name}-{digest(recipe)}"


def main() -> int:
    argparse.ArgumentParser(prog="python -m utils.models", description=__doc__).parse_args()
    if not all(_folder(*item).exists() for item in RECIPES.items()):
        import_tensorflow()  # quietly, before a recipe does
    for name, recipe in RECIPES.items():
        make(name, recipe)
    print(f"models: {len(RECIPES)} of {len(RECIPES)} ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
