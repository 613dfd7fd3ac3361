"""What is kept: tables of a SQLite file or a PostgreSQL database, and transactions over them."""

from api.store.engine import Store

__all__ = ["Store"]
