"""Opens what the settings name: SQLite or PostgreSQL for the records, a folder or S3 for blobs.

What an extra brings (psycopg, boto3) is imported when it is asked for.
"""

from __future__ import annotations

from pathlib import Path

from config.installing import install_hint
from serve_app.store.blobs import Blobs
from serve_app.store.database import Database
from serve_app.store.errors import StoreUnavailable
from serve_app.store.folder import FolderBlobs
from serve_app.store.records import Records
from serve_app.store.sqlite import SqliteDatabase

SQLITE_FILE = "phonex.db"
FOLDER_NAME = "blobs"


def open_records(database_url: str | None, data_dir: Path) -> Records:
    """Open the database and bring its schema up to date."""
    database = open_database(database_url, data_dir)
    try:
        return Records(database)
    except BaseException:
        database.close()
        raise


def open_database(database_url: str | None, data_dir: Path) -> Database:
    if database_url is None:
        return SqliteDatabase(data_dir / SQLITE_FILE)
    if not database_url.startswith(("postgresql://", "postgres://")):
        raise StoreUnavailable("database_url must start with postgresql://")
    try:
        from serve_app.store.postgres import PostgresDatabase
    except ImportError as error:
        raise StoreUnavailable(
            f"PostgreSQL support is not installed: {install_hint('postgres')}"
        ) from error
    return PostgresDatabase(database_url)


def open_blobs(blob_url: str | None, data_dir: Path) -> Blobs:
    """Open the folder under `data_dir`, or the bucket that the URL names."""
    if blob_url is None:
        return FolderBlobs(data_dir / FOLDER_NAME)
    if not blob_url.startswith("s3://"):
        raise StoreUnavailable("blob_url must look like s3://bucket/prefix?endpoint_url=…&region=…")
    try:
        from serve_app.store.s3 import S3Blobs
    except ImportError as error:
        raise StoreUnavailable(f"S3 support is not installed: {install_hint('s3')}") from error
    return S3Blobs(blob_url)
