"""What can go wrong in keeping facts."""


class DataError(ValueError):
    """A file, row or store that cannot be used; the message says what, why and what to do."""


class BadCatalogueError(DataError):
    """A catalogue file that does not parse or leaves a hole; names file and line."""


class BadFileError(DataError):
    """A file handed in that cannot be read at all."""


class BadPhotoError(DataError):
    """A photo that is none, or too big."""


class StaleError(DataError):
    """A change that was decided on an older version of the row."""


class KeyReusedError(DataError):
    """An idempotency key that was used before with another body."""


class NotSetUpError(DataError):
    """A database without tables or without a district."""


class BusyError(DataError):
    """A write whose turn did not come in time; nothing was changed."""


class TransactionLostError(DataError):
    """A transaction that the database rolled back by itself; nothing of it was kept."""


class MissingError(LookupError):
    """Something asked for by number that is not there, or not for the one who asks."""
