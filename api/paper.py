"""Documents on paper: blocks of a document set as PDF by Typst, the same bytes for the same blocks and font."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from data.errors import NotSetUpError

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Serif CJK SC",
)
"""Families that hold Chinese and Latin signs, the first that is there is used."""
NOWHERE = "/nonexistent"  # packages of Typst are neither read nor fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document: its title, language (``zh`` or ``en``), what stands at the foot of each page, the time it is dated.

    ``blocks`` are what ``report.typ`` knows: a mapping each, with ``kind``.
    """

    title: str
    lang: str
    foot: str
    dated: datetime
    blocks: Sequence[Mapping[str, Any]]


def chinese_font(folder: Path) -> str:
    """Give the family of a Chinese font inside a folder.

    Raises
    ------
    NotSetUpError
        When there is none.
    """
    return _family(_fonts(folder), folder)


def as_pdf(document: Document, folder: Path) -> bytes:
    """Set a document on A4 pages with a font of a folder.

    Raises
    ------
    NotSetUpError
        When there is no Chinese font.
    """
    fonts = _fonts(folder)
    told = {
        "title": document.title,
        "lang": document.lang,
        "foot": document.foot,
        "font": _family(fonts, folder),
        "blocks": document.blocks,
    }
    compiler = typst.Compiler(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False, sort_keys=True)},
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )
    made = compiler.compile(format="pdf", timestamp=document.dated.astimezone(UTC))
    if not isinstance(made, bytes):
        raise TypeError("Typst gives a PDF as one file")
    return made


def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _family(fonts: typst.Fonts, folder: Path) -> str:
    there = set(fonts.families())
    found = next((name for name in FAMILIES if name in there), None)
    if found is None:
        raise NotSetUpError(
            f"there is no Chinese font under {folder}; install one, such as fonts-noto-cjk of Debian, or name the folder of one in JINLIN_REPORT_FONTS"
        )
    return found
