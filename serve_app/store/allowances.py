"""How many recordings an owner may have looked at, counted where all replicas count.

A bucket that leaks: `paid_at` is when all that an owner took is paid off, at so many a minute; a
minute's worth may be owed.
"""

from __future__ import annotations

from serve_app.store.database import Database

MINUTE_S = 60.0
ROUNDING_S = 1e-3


class AllowanceRecords:
    """The part of `Records` that counts verifications."""

    _database: Database

    def take_verification(self, owner: str, per_minute: int) -> float:
        """Count one more, where there is room for it.

        Returns: 0; else, with nothing counted, the seconds until there is room.
        """
        each_s = MINUTE_S / per_minute
        with self._database.write(durable=False) as transaction:
            taken = transaction.execute(
                """
                INSERT INTO verification_allowances VALUES (:owner, {now} + :each_s)
                ON CONFLICT (owner) DO UPDATE SET paid_at = :each_s + CASE
                    WHEN verification_allowances.paid_at > {now}
                    THEN verification_allowances.paid_at ELSE {now} END
                WHERE verification_allowances.paid_at <= {now} + :most_s
                RETURNING owner
                """,
                owner=owner,
                each_s=each_s,
                most_s=MINUTE_S - each_s + ROUNDING_S,
            )
            if taken:
                return 0.0
            (row,) = transaction.execute(
                "SELECT paid_at - {now} AS owed_s FROM verification_allowances"
                " WHERE owner = :owner",
                owner=owner,
            )
        return max(ROUNDING_S, float(row["owed_s"]) + each_s - MINUTE_S)

    def forget_paid(self) -> None:
        """Forget the owners that owe nothing."""
        with self._database.write() as transaction:
            transaction.execute("DELETE FROM verification_allowances WHERE paid_at <= {now}")
