"""The rooms of docs/architecture.md, read from the imports: who may know whom, and how large a piece may grow."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANYTHING = frozenset({"*"})

# What each room may import of ours, and of others; the standard library is everybody's.
ROOMS: dict[str, tuple[set[str], frozenset[str]]] = {
    "domain": (
        set(),
        frozenset(
            {"pydantic", "pydantic_core", "babel", "phonenumbers", "email_validator", "yaml", "liquid", "pyotp"}
            | {"linkify_it"}
        ),
    ),
    "channels": (
        {"domain"},
        frozenset(
            {
                *("twilio", "sendgrid", "python_http_client", "requests", "urllib3", "structlog", "pydantic"),
                *("pywebpush", "py_vapid"),
            }
        ),
    ),
    "models": ({"domain"}, frozenset({"sqlmodel", "sqlalchemy", "alembic"})),
    "activities": ({"domain", "models", "channels"}, frozenset({"temporalio", "structlog", "sqlmodel", "pydantic"})),
    "workflows": ({"domain", "activities"}, frozenset({"temporalio", "pydantic"})),
    "runtime": ({"domain"}, ANYTHING),
    "client": ({"domain", "models", "workflows", "runtime"}, ANYTHING),
    "webhooks": ({"domain", "channels"}, frozenset({"twilio", "sendgrid"})),
    "tracking": ({"domain", "client"}, frozenset({"pydantic", "pydantic_core"})),
    "api": ({"domain", "models", "workflows", "runtime", "client", "tracking", "webhooks"}, ANYTHING),
    "sandbox": (set(), ANYTHING),
    "stack": ({"domain", "models", "workflows", "runtime", "client"}, ANYTHING),
    "demo": ({"domain", "models", "runtime", "client", "stack"}, ANYTHING),
    "testkit": ({"domain", "models", "channels", "activities", "workflows", "runtime", "client", "stack"}, ANYTHING),
    "cli": ({"domain", "models", "channels", "runtime", "client", "stack", "demo", "testkit"}, ANYTHING),
}
# Composition roots: they may know all, and only each other, tests and benchmarks know them.
ROOTS = {"worker": ANYTHING, "worker_parts": ANYTHING, "starter": ANYTHING}
# Of the standard library, what would let the world into a pure decision.
WORLDLY = {
    *("asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess"),
    *("sys", "tempfile", "threading", "time", "urllib", "uuid"),
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
LONGEST_FUNCTION = 35
LONGEST_MODULE = 200  # lines that are not blank


@dataclass(frozen=True, slots=True)
class Module:
    """One of our modules."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Where it lies."""
        return str(self.path.relative_to(ROOT))

    @property
    def dotted(self) -> str:
        """How it is imported."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The package that it is in, or its own name if it is a composition root."""
        return self.path.relative_to(ROOT).parts[0].removesuffix(".py")

    def imports(self) -> set[str]:
        """The topmost packages that it imports, wherever in it."""
        return {name.partition(".")[0] for name in self.imported()}

    def imported(self) -> set[str]:
        """What it imports, wherever in it: modules, and what it takes of them."""
        nodes = list(ast.walk(self.tree))
        plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
        named = [node for node in nodes if isinstance(node, ast.ImportFrom)]
        return plain | {f"{node.module}.{name.name}" for node in named for name in node.names}


@cache
def modules() -> list[Module]:
    """All that is ours, without tests and benchmarks, and without migrations, which are lists."""
    packages = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    roots = [ROOT / f"{root}.py" for root in ROOTS]
    texts = {path: path.read_text(encoding="utf-8") for path in packages + roots if path.parent.name != "versions"}
    return [Module(path, text, ast.parse(text)) for path, text in texts.items()]


def test_each_room_knows_only_those_of_ours_whom_it_may() -> None:
    """Dependencies point inward, and nobody knows a composition root."""
    known = {
        module.name: module.imports() & (ROOMS.keys() | ROOTS.keys()) - {module.room} - ROOMS[module.room][0]
        for module in modules()
        if module.room in ROOMS
    }
    assert not {name: found for name, found in known.items() if found}


def test_no_modules_import_each_other() -> None:
    """Not even for types: what cannot be understood without each other is one, or wants a third beneath it."""
    known = {module.dotted for module in modules()}
    graph = {
        module.dotted: {
            name if name in known else name.rpartition(".")[0]
            for name in module.imported()
            if {name, name.rpartition(".")[0]} & known
        }
        for module in modules()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_each_room_uses_only_the_libraries_that_it_may() -> None:
    """So that a vendor, a framework or a database can be changed in one room."""
    ours = ROOMS.keys() | ROOTS.keys()
    used = {
        module.name: module.imports() - ours - sys.stdlib_module_names - ROOMS[module.room][1]
        for module in modules()
        if module.room in ROOMS and "*" not in ROOMS[module.room][1]
    }
    assert not {name: found for name, found in used.items() if found}


def test_what_runs_knows_nothing_of_tests_and_benchmarks() -> None:
    """They are not even installed."""
    assert not [module.name for module in modules() if module.imports() & {"tests", "bench"}]


def test_every_package_is_in_the_table() -> None:
    """A new one has to say whom it may know."""
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"} == ROOMS.keys()


def test_imports_are_absolute() -> None:
    """Otherwise this table could not be read from them."""
    found = [(one.name, node) for one in modules() for node in ast.walk(one.tree) if isinstance(node, ast.ImportFrom)]
    assert not [(name, node.lineno) for name, node in found if node.level]


def test_the_domain_asks_nothing_of_the_world() -> None:
    """No files, no network, no randomness, no clock of its own."""
    asked = {module.name: module.imports() & WORLDLY for module in modules() if module.room == "domain"}
    assert not {name: found for name, found in asked.items() if found}


def reads_a_clock(node: ast.AST) -> bool:
    """Whether this is a call of the machine's clock; `workflow.now()` is Temporal's, the same in every replay."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS):
        return False
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name in {"datetime", "date", "time"}


def reads_the_environment(node: ast.AST) -> bool:
    """Whether this is `os.environ` or `os.getenv`, under whatever name it was imported."""
    return (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}) or (
        isinstance(node, ast.Name) and node.id in {"environ", "getenv"}
    )


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but the bodies of functions."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in [*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)]:
                yield from at_import(part)
        elif not isinstance(child, ast.Lambda):
            yield from at_import(child)


def test_where_now_is_a_parameter_no_clock_is_read() -> None:
    """A decision is the same whenever it is made again."""
    pure = [module for module in modules() if module.room in {"domain", "workflows"}]
    assert not [module.name for module in pure if any(map(reads_a_clock, ast.walk(module.tree)))]


def test_importing_reads_neither_the_environment_nor_the_clock() -> None:
    """Settings are loaded in composition roots, and the time is asked for when it matters."""
    running = [(module.name, node) for module in modules() for node in at_import(module.tree)]
    assert not [(name, node) for name, node in running if reads_a_clock(node) or reads_the_environment(node)]


def test_every_module_says_first_what_it_is_for() -> None:
    """Packages too, even those that hold nothing else."""
    assert not [module.name for module in modules() if not ast.get_docstring(module.tree)]


def test_nothing_grows_beyond_what_can_be_taken_in_at_once() -> None:
    """These are limits; most functions have 5 to 8 lines, and most modules fewer than 150."""
    lines = {module.name: sum(1 for line in module.text.splitlines() if line.strip()) for module in modules()}
    functions = {
        f"{module.name}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: length for name, length in lines.items() if length > LONGEST_MODULE}
    assert not {name: length for name, length in functions.items() if length > LONGEST_FUNCTION}
