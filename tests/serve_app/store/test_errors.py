from __future__ import annotations

import pickle

import pytest

from serve_app.store import errors
from serve_app.store.errors import InvalidBlobKey, StoreError, StoreUnavailable
from serve_app.store.opening import open_records
from tests.serve_app.store.samples import Location

FAMILY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, StoreError)
]


@pytest.mark.parametrize("kind", FAMILY)
def test_errors_travel_between_processes(kind: type[StoreError]) -> None:
    back = pickle.loads(pickle.dumps(kind("what went wrong")))  # noqa: S301
    assert type(back) is kind
    assert back.message == str(back) == "what went wrong"


def test_bad_key_is_a_value_error_too() -> None:
    assert issubclass(InvalidBlobKey, ValueError)


def test_unknown_database_is_refused_without_its_secrets(location: Location) -> None:
    with pytest.raises(StoreUnavailable, match="must start with postgresql://") as caught:
        open_records("mysql://ann:hunter2@host/db", location.data_dir)
    assert "hunter2" not in str(caught.value)
