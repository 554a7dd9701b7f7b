"""Find a lab's answers in what was handed in, however its cells were copied, split, renamed or moved."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from typing import NamedTuple

from grader.intake import MOST_SOURCE, Cell
from utils.protocol import ANSWER

MOST_TRIED = 10  # different copies of a cell, and cells that one was split into
LONG = 100  # nodes of a syntax tree, from where on the same code is no coincidence
ELSEWHERE = "which stands in a cell of its own: only the answer's cell is graded"
ANYTHING = {"*"}  # what a cell may define that imports all of a module, or is no plain Python: files = !ls
SET_UP = re.compile(r"setup-.*|parameters|progress")


class Stub(NamedTuple):
    exercise: str
    source: str  # the lab's own ex- cell, as handed out


class Merged(NamedTuple):
    answers: dict[str, str]  # exercise -> source to run; never a blank one
    blank: list[str]  # exercises handed in as the stub was
    missing: list[str]  # exercises for which no cell was found
    notes: list[str]  # what was resolved, in words for student and instructor
    person: dict[str, str]  # exercise -> why a person has to look, whatever the result
    if_failed: dict[str, str]  # exercise -> why a person has to look if it doesn't pass


def merge(cells: list[Cell], stubs: list[Stub], checks: list[str], given: list[str] | None = None) -> Merged:
    """A guess must not cost points: a person is asked. ``given``: the sources of the lab's set-up cells."""
    merged = Merged({}, [], [], [], {}, {})
    ends = {f"{ANSWER}{stub.exercise}" for stub in stubs} | set(checks)
    keys = [cell.id if cell.id in ends else cell.grade_id for cell in cells]
    defined = [_names(cell.source)[0] for cell in cells]
    set_up = (cell.source for cell in cells if SET_UP.fullmatch(cell.id))  # if it has ids
    known = set().union(*(_names(source)[0] for source in given or set_up))
    for exercise, stub in stubs:
        wanted, blank = _names(stub)[0], ("", _gist(stub))
        texts = ["" if _gist(cell.source) in blank else cell.source for cell in cells]
        marked = [i for i, key in enumerate(keys) if key == f"{ANSWER}{exercise}"]
        named = [i for i, names in enumerate(defined) if wanted and wanted <= names]
        found = marked if any(texts[i] for i in marked) else named
        filled = sorted({_gist(texts[i]): i for i in found if texts[i]}.values())
        stops = [i for i, key in enumerate(keys) if key in ends and i not in marked]
        places, answer = _whole(texts, stops, filled, wanted)
        if _gist(answer) in blank:
            (merged.blank if marked or named else merged.missing).append(exercise)
            continue
        merged.answers[exercise] = answer
        if found is named:
            merged.notes.append(f"{exercise}: its cell is blank or gone, and was found by what it defines")
        elif len(filled) < len(found):
            merged.notes.append(f"{exercise}: copies of its cell that are blank, or the same, were left out")
        if len(places) > 1:
            merged.notes.append(f"{exercise}: it was split over several cells, which were joined")
        if set(filled) - set(places):
            merged.person[exercise] = "different answers were handed in; the last that is whole was run"
            merged.notes.append(f"{exercise}: {merged.person[exercise]}")
        own, used = _names(answer)
        elsewhere = set().union(*defined[: places.start], *defined[places.stop :]) - known
        reasons = [
            *(f"it does not define `{n}`" for n in sorted(wanted - own) if own - ANYTHING or used),
            *sorted(
                {
                    f"another cell defines `{n}`, too, and not the same"
                    for i in range(len(texts))
                    if i not in places and texts[i] and _gist(texts[i]) != _gist(answer)
                    for n in wanted & own & defined[i]
                }
            ),
            *(f"it uses `{n}`, {ELSEWHERE}" for n in sorted(used & elsewhere)),
            *("it calls `input()`, and nobody answers here" for _ in used & {"input"}),
            *(
                "it asks for a GPU, and there is none here"
                for _ in re.findall(r"""\.cuda\(|["']cuda["':]|/GPU:""", answer)[:1]
            ),
            *(
                f"it uses `{n}`, which a cell of its own may define"
                for n in sorted(used - elsewhere - known - set(dir(builtins)))
                if elsewhere >= ANYTHING
            ),
        ]
        if reasons:
            merged.if_failed[exercise] = "; ".join(reasons[:3])
    return merged


def _whole(texts: list[str], stops: list[int], filled: list[int], wanted: set[str]) -> tuple[range, str]:
    """The last of the ``filled`` cells that defines all that is wanted, if need be with those after it."""
    for first in reversed(filled[-MOST_TRIED:]):
        end = next((i for i in stops if i > first), len(texts))
        for stop in range(first + 1, min(first + MOST_TRIED, end) + 1):
            text = "\n\n".join(filter(None, texts[first:stop]))
            if len(text) <= MOST_SOURCE and wanted <= _names(text)[0]:
                return range(first, stop), text
    return (range(filled[-1], filled[-1] + 1), texts[filled[-1]]) if filled else (range(0), "")


def _names(source: str) -> tuple[set[str], set[str]]:
    """What a cell defines, perhaps ANYTHING, and what it takes from elsewhere."""
    try:
        tables = [symtable.symtable(re.sub("(?m)^[%!].*", "", source), "cell", "exec")]  # without magics
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ANYTHING, set()
    defined = set(re.findall(r"(?m)^[ \t]*from\s.+\simport\s+([*])", source))  # ANYTHING, or nothing
    defined |= {s.get_name() for s in tables[0].get_symbols() if s.is_assigned() or s.is_imported()}
    for table in tables:
        tables += table.get_children()
    symbols = [symbol for table in tables for symbol in table.get_symbols()]
    return defined, {s.get_name() for s in symbols if s.is_global() and s.is_referenced()} - defined


def _gist(source: str) -> str:
    """What counts where cells are compared: no comment, no blank line, no space at a line's end."""
    lines = [line.rstrip() for line in source.splitlines()]
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def same_code(one: str, other: str) -> bool:
    """The same program but for names, comments and layout? Never for one so short that many write it."""
    try:
        trees = [ast.parse(source) for source in (one, other)]
        dumps = [re.sub(r"(id|arg)='\w+'", "", ast.dump(tree)) for tree in trees]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return dumps[0] == dumps[1] and sum(1 for _ in ast.walk(trees[0])) >= LONG
