"""Where run-time files lie: under one folder, never inside the packages."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one installation; sub-folders are made when first asked for."""

    folder: Path
    reserve_bytes: int = 0
    """Room on the disk that photos leave to reports."""

    @classmethod
    def from_environment(cls) -> "Home":
        """Take ``JINLIN_HOME``, else ``./.jinlin``."""
        return cls(Path(os.environ.get("JINLIN_HOME", ".jinlin")).absolute())

    @property
    def default_database(self) -> str:
        """Address of the SQLite file used when no database is named."""
        return f"sqlite:///{self.made / 'jinlin.sqlite'}"

    @property
    def made(self) -> Path:
        """The folder itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    @property
    def engine(self) -> Path:
        """Folder of road networks and hierarchies."""
        return self._made("engine")

    @property
    def tiles(self) -> Path:
        """Folder of base maps."""
        return self._made("tiles")

    @property
    def photos(self) -> Path:
        """Folder of photos."""
        return self._made("photos")

    @property
    def extracts(self) -> Path:
        """Folder of generated extracts."""
        return self._made("extracts")

    @property
    def rejects(self) -> Path:
        """Folder of rejected rows of imports."""
        return self._made("rejects")

    @property
    def keys(self) -> Path:
        """Folder of keys."""
        return self._made("keys")

    def free_bytes(self) -> int:
        """Tell how much room is left on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def is_short_of_room(self) -> bool:
        """Tell whether only the room is left that is reserved for reports."""
        return self.free_bytes() < self.reserve_bytes

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def move_into_place(moves: Mapping[Path, Path]) -> None:
    """Move all files of each folder into another one, over those of the same names."""
    for source, target in moves.items():
        for path in sorted(source.iterdir()):
            path.replace(target / path.name)
