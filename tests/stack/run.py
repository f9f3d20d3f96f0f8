"""A stack in a process of its own, to be killed: `python -m tests.stack.run FOLDER`. Says READY when it is."""

import sys
from pathlib import Path

from stack.database import postgres
from stack.supervisor import Stack
from stack.temporal import temporal
from tests.stack.parts import sandbox, worker


def main() -> None:
    """Serve until a signal comes; 130 after Ctrl-C, as a shell would say."""
    services = (postgres, temporal, sandbox)
    try:
        with Stack(Path(sys.argv[1]), pace=86_400, say=_say, services=services, applications=[worker]) as stack:
            _say("READY")
            stack.serve()
    except KeyboardInterrupt:
        sys.exit(130)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
