"""The check of licences refuses what it should, and knows what wheels carry."""

from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.architecture.programs import ROOT, loaded

licences = loaded("licences")
POLICY = licences.Policy.read()


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only AND (MIT OR ISC)", False),
        ("(MIT OR ISC) AND Apache-2.0", True),
        ("AGPL-3.0-only", False),
        ("LGPL-3.0-only", False),
        ("", False),
    ],
)
def test_an_expression_is_judged(licence: str, *, allowed: bool) -> None:
    assert (POLICY.fault("something", licence) is None) is allowed


def test_an_exception_holds_for_its_licence_alone() -> None:
    assert POLICY.fault("psycopg", "LGPL-3.0-only") is None
    assert POLICY.fault("psycopg", "AGPL-3.0-only")
    assert POLICY.fault("another", "LGPL-3.0-only")


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "MIT OR Apache-2.0"), ("License", "ignored")], "MIT OR Apache-2.0"),
        ([("License", "BSD-3-Clause")], "BSD-3-Clause"),
        ([("License", "MIT License\n\nCopyright somebody")], "MIT"),
        ([("License", "2-clause BSD License"), ("Classifier", "License :: OSI Approved :: BSD License")], "BSD-2-Clause"),
        ([("License", "Copyright (c) 2001 somebody"), ("Classifier", "License :: OSI Approved :: BSD License")], "BSD-3-Clause"),
        # one field says BSD, the classifier says that a part is LGPL: both count
        (
            [
                ("License", "BSD-3-Clause"),
                ("Classifier", "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"),
            ],
            "BSD-3-Clause AND LGPL-3.0-only",
        ),
        ([("Classifier", "License :: Free for home use")], "Free for home use"),
        ([("License", "UNKNOWN WORDS OF SOMEBODY")], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_metadata_is_read(fields: list[tuple[str, str]], licence: str) -> None:
    metadata = Message()
    for name, value in fields:
        metadata[name] = value.replace("\n", "\n ")
    assert licences.licence_of(metadata, POLICY.spelled) == licence


def test_libraries_in_a_wheel_are_named_without_version_and_hash(tmp_path: Path) -> None:
    info = tmp_path / "heif-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: heif\nVersion: 1.0\n")
    listed = ["heif.libs/libx265-1a2b3c4d.so.215", "heif.libs/libgeos_c-ab12cd34.so.1.19", "heif/__init__.py"]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in listed))
    carried = licences.carried_by(Distribution.at(info))
    assert carried == ["libgeos_c", "libx265"]
    assert POLICY.fault("libx265", POLICY.carried.get("libx265", ""))


def test_all_that_runs_is_allowed() -> None:
    found = list(licences.survey(ROOT, POLICY))
    assert [said for name, _, licence, _ in found if (said := POLICY.fault(name, licence))] == []
    names = {name for name, *_ in found}
    assert {"geopandas", "psycopg-binary", "argon2-cffi", "libgeos", "leaflet"} <= names
    assert "pytest" not in names
