"""Finds packages that an interrupted install left half there, which pip takes for installed."""

import csv
from pathlib import Path


def is_whole(info: Path) -> bool:
    """Whether every file that a package's RECORD lists is there, with the size it should have."""
    if not (info / "INSTALLER").exists():  # pip writes it after all other files
        return False
    try:
        with open(info / "RECORD", newline="", encoding="utf-8") as record:
            for name, _, size in csv.reader(record):
                path = info.parent / name
                if not path.exists() or (size and path.stat().st_size != int(size)):
                    return False
    except (OSError, ValueError):
        return False
    return True


def forget_unfinished(site_packages: Path) -> list[str]:
    """Remove the .dist-info of unfinished packages, so that pip installs them again; names them."""
    unfinished = [info for info in sorted(site_packages.glob("*.dist-info")) if not is_whole(info)]
    for info in unfinished:
        for file in sorted(info.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        info.rmdir()
    return [info.name.split("-")[0] for info in unfinished]
