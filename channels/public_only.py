"""An HTTP session that cannot be led into our own network.

The host of a URL may be on a list, and its name lead anywhere all the same: what counts is the address that the
connection has come to. Where there is a proxy, it is the proxy that decides.
"""

import logging
import socket
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

CONNECTIONS = 20


class _PublicConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        if not ip_address(made.getpeername()[0].partition("%")[0]).is_global:
            made.close()
            raise NewConnectionError(self, "its name leads to an address that is not public")
        return made


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicOnly(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


def session() -> requests.Session:
    """For https; plain http is not restricted, and is for what runs beside us."""
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # at DEBUG it logs each URL
    made = requests.Session()
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # what one person is given is none of the next's
    made.mount("https://", _PublicOnly(pool_maxsize=CONNECTIONS, max_retries=0))
    made.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0))
    return made
