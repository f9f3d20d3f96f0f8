"""Where PostgreSQL's socket is, whatever the state folder is called, and what root opens for it."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from stack.database import open_the_way, sockets, url

DEEP = "/srv/" + "a-long-name/" * 9 + ".homing"


@pytest.mark.parametrize(
    "folder",
    [
        "/srv/.homing",  # the plain case
        "/srv/100% sure/a#b?c&d/.homing",  # all that means something in a URL
        DEEP,  # too long for a socket
    ],
)
def test_the_url_leads_to_the_socket(folder: str) -> None:
    """As SQLAlchemy reads it, and with the port, because PGPORT may be set."""
    read = make_url(url(Path(folder)))
    assert read.query == {"host": str(sockets(Path(folder))), "port": "5432"}
    assert (read.username, read.database, read.password) == ("postgres", "homing", None)


def test_a_deep_folder_has_its_socket_in_a_short_one() -> None:
    """The same one each time, another one for another folder."""
    deep = Path(DEEP)
    assert sockets(deep) == sockets(deep) != sockets(deep / "other")
    assert len(str(sockets(deep))) < 90


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_is_told_which_folders_were_opened(tmp_path: Path) -> None:
    """Once, and only for passing through."""
    said: list[str] = []
    private = tmp_path / "private"
    (private / ".homing").mkdir(parents=True)
    private.chmod(0o700)
    open_the_way(private / ".homing", said.append)
    assert stat.S_IMODE(private.stat().st_mode) == 0o701
    assert str(private) in said[0]
    open_the_way(private / ".homing", said.append)
    assert len(said) == 1
