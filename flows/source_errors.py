"""What can go wrong when a register is pulled, said so that its agency or a data officer can act."""

from expectations.contracts import Contract


class SourceError(RuntimeError):
    """A register cannot be read. Never carries values of rows, addresses or secrets."""

    def __init__(self, register: str, file: str, problem: str, remedy: str) -> None:
        super().__init__(f"{register}: {file}: {problem}. {remedy}")
        self.register, self.file, self.problem, self.remedy = register, file, problem, remedy

    def __reduce__(self) -> tuple[type["SourceError"], tuple[str, str, str, str]]:
        return type(self), (self.register, self.file, self.problem, self.remedy)


class SourceUnavailable(SourceError):
    """It may work in a while: a database is locked, an address does not answer."""


def trouble(contract: Contract, file: str, problem: str, remedy: str) -> SourceError:
    return SourceError(contract.register_name, file, problem, remedy)


def unavailable(contract: Contract, file: str, problem: str) -> SourceUnavailable:
    return SourceUnavailable(
        contract.register_name, file, problem, "It is tried again; if it stays so, ask its keeper."
    )
