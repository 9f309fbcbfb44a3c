"""Consents that speakers gave before any voice was made. What shows one goes with every voice that
is made with it, and stays there when the consent is deleted."""

from __future__ import annotations

from dataclasses import replace

from serve_app.store.database import Database, Transaction, is_storable
from serve_app.store.rows import consent_from_row, evidence_to_json
from serve_app.store.values import Consent


class ConsentRecords:
    """The part of `Records` that keeps consents."""

    _database: Database

    def add_consent(self, consent: Consent) -> None:
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO consents (id, owner, evidence) VALUES (:id, :owner, :evidence)",
                id=consent.id,
                owner=consent.owner,
                evidence=evidence_to_json(consent.evidence),
            )

    def get_consent(self, consent_id: str, owner: str = "") -> Consent | None:
        if not is_storable(consent_id):
            return None
        with self._database.read() as transaction:
            return _find(transaction, consent_id, owner)

    def list_consents(self, owner: str, limit: int, after: str | None = None) -> list[Consent]:
        """The newest first.

        Args:
            after: the last of the page before. One that is not there (any more) has none after it.
        """
        if after is not None and not is_storable(after):
            return []
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT * FROM consents WHERE owner = :owner
                AND (CAST(:after AS TEXT) IS NULL
                    OR seq < (SELECT seq FROM consents WHERE owner = :owner AND id = :after))
                ORDER BY seq DESC LIMIT :limit
                """,
                owner=owner,
                after=after,
                limit=limit,
            )
        return [consent_from_row(row) for row in rows]

    def rename_consent(self, consent_id: str, speaker: str, owner: str = "") -> Consent | None:
        """Under another speaker's name; voices keep the name that they were made with."""
        if not is_storable(consent_id):
            return None
        with self._database.write() as transaction:
            found = _find(transaction, consent_id, owner)
            if found is None:
                return None
            evidence = replace(found.evidence, speaker=speaker)
            renamed = transaction.execute(
                "UPDATE consents SET evidence = :evidence WHERE id = :id RETURNING *",
                id=consent_id,
                evidence=evidence_to_json(evidence),
            )
        return consent_from_row(renamed[0]) if renamed else None

    def delete_consent(self, consent_id: str, owner: str = "") -> bool:
        """Whether it was there."""
        if not is_storable(consent_id):
            return False
        with self._database.write() as transaction:
            deleted = transaction.execute(
                "DELETE FROM consents WHERE owner = :owner AND id = :id RETURNING id",
                owner=owner,
                id=consent_id,
            )
        return bool(deleted)


def _find(transaction: Transaction, consent_id: str, owner: str) -> Consent | None:
    rows = transaction.execute(
        "SELECT * FROM consents WHERE owner = :owner AND id = :id", owner=owner, id=consent_id
    )
    return consent_from_row(rows[0]) if rows else None
