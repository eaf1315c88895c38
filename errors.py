"""The one family of errors that a user may see: a title, what happened, and what to do."""


class NetEffectError(Exception):
    """Something that the user can act on. Everything else is a bug and is allowed to crash."""

    title = "Something went wrong"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class FileRefusedError(NetEffectError):
    """The file cannot be read as a table: what it is, and what to bring instead."""

    title = "This file cannot be read"


class WorkspaceError(NetEffectError):
    """The workspace cannot be opened or written."""

    title = "The workspace cannot be used"


class UsageError(NetEffectError):
    """A request that names something that is not there (a group, a claim, a table)."""

    title = "That is not something we know"
