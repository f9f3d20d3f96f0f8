"""The baseline of ingestion: the same rows in a table of the same shape, by plain multi-row inserts."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import psycopg2
from psycopg2.extras import execute_values

from bench.posting import CONNECTIONS

TABLE = "bench_events"
COLUMNS = "user_id, message_id, name, properties, at, received_at"


class PlainTable:
    """The table of events again, with its indexes, for as long as the block lasts."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg2://", "postgresql://")

    def __enter__(self) -> Self:
        self._do(f"create table {TABLE} (like events including all)")
        return self

    def __exit__(self, *_: object) -> None:
        self._do(f"drop table {TABLE}")

    def insert(self, batches: Sequence[Sequence[tuple[Any, ...]]]) -> float:
        """A statement and a transaction for each batch; the seconds it took."""
        shares = [batches[start::CONNECTIONS] for start in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            began = time.perf_counter()
            list(pool.map(self._insert_all, shares))
            return time.perf_counter() - began

    def _insert_all(self, batches: Sequence[Sequence[tuple[Any, ...]]]) -> None:
        connection = psycopg2.connect(self._url)
        try:
            for rows in batches:
                with connection, connection.cursor() as cursor:
                    execute_values(cursor, f"insert into {TABLE} ({COLUMNS}) values %s", rows, page_size=len(rows))
        finally:
            connection.close()

    def _do(self, statement: str) -> None:
        connection = psycopg2.connect(self._url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()
