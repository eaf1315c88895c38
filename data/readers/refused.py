"""How a reader says no: the same error as everywhere, so that parent and child share one wording."""

from errors import FileRefusedError

SAVE_AS = "Save it as .xlsx or .csv and try again."


def refuse(message: str, hint: str = SAVE_AS) -> FileRefusedError:
    return FileRefusedError(message, hint)
