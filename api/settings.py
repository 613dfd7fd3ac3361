"""What can be set about a service: environment variables that start with `MATCHER_`."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 2**20


class Settings(BaseSettings):
    """Settings of a service or a worker; each is an environment variable, `MATCHER_DATA` and so on.

    `database_url` is given only for PostgreSQL; without it a SQLite file lies in `data`.
    """

    model_config = SettingsConfigDict(env_prefix="MATCHER_", env_ignore_empty=True, frozen=True)

    data: Path = Field(Path("matcher-data"), description="The folder with all that is kept.")
    database_url: SecretStr | None = Field(
        None, description="postgresql+psycopg://user@host/name; blank for SQLite."
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 for any.")
    workers: int = Field(1, ge=0, le=64, description="Processes that solve beside the service.")
    threads: int = Field(2, ge=1, le=64, description="Threads that one run searches with.")
    memory_mib: int = Field(4096, ge=256, description="The memory that one run may take.")
    lease_seconds: float = Field(
        20.0, gt=0.0, le=3600.0, description="After such a silence a worker's run is taken over."
    )
    run_seconds: float = Field(3600.0, gt=0.0, description="The longest that one run may search.")
    body_bytes: int = Field(16 * MIB, ge=1024, description="The largest body with a whole round.")
    json_bytes: int = Field(MIB, ge=1024, description="The largest body of any other request.")
    json_depth: int = Field(32, ge=4, description="How deep the JSON of a request may nest.")
    reading_seconds: float = Field(
        120.0, gt=0.0, le=3600.0, description="The longest that a whole round may take to read."
    )
    reading_mib: int = Field(1024, ge=512, description="The memory that reading one may take.")
    rows: int = Field(200_000, ge=1, description="The most rows of a table that is sent.")
    requests_per_minute: int = Field(600, ge=1, description="For each key.")
    public_per_minute: int = Field(60, ge=1, description="For each address without a key.")
    logins_per_minute: int = Field(10, ge=1, description="For each address.")
    registrations_per_hour: int = Field(30, ge=1, description="For each address.")
    connections: int = Field(
        20, ge=2, le=1000, description="Of one process; four for five are for requests at once."
    )
    session_hours: float = Field(
        12.0, gt=0.0, le=720.0, description="So long a session lasts that a password has opened."
    )
    log_level: str = Field("info", description="debug, info, warning or error.")

    @property
    def url(self) -> str:
        """The address of the database, for SQLAlchemy."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'matcher.db'}"
