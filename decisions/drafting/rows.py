"""The rows that an officer adds, orders and removes: recommendations, money, contracts, Part 2 papers, files.

To add a kind of row, add it here with its page; addresses, views and writing follow.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from decisions.drafting import pages
from decisions.drafting.pages import Page
from decisions.models import (
    Attachment,
    ContractAward,
    FinancialLine,
    Part2File,
    Part2Paper,
    Recommendation,
)

RECOMMENDATIONS = "paper-recommendations"


@dataclass(frozen=True)
class RowKind:
    """A kind of row: its page, its table, the columns within which its position counts, and the list it stands in."""

    key: str
    noun: str
    page: Page
    model: type[Model]
    within: tuple[str, ...]
    listed: str
    #: What it says is sealed: whoever may not read Part 2 opens none of its pages.
    sealed: bool = False

    def siblings(self, row: Any) -> QuerySet[Any]:
        """Return the rows among which this one has its position, in order."""
        rows: QuerySet[Any] = self.model._default_manager.filter(
            **{column: getattr(row, column) for column in self.within}
        )
        return rows.order_by("position")


ROWS = (
    RowKind(
        "recommendation",
        "recommendation",
        pages.RECOMMENDATION,
        Recommendation,
        ("version", "parent"),
        RECOMMENDATIONS,
    ),
    RowKind("money", "amount", pages.MONEY, FinancialLine, ("recommendation",), RECOMMENDATIONS),
    RowKind("contract", "contract", pages.CONTRACT, ContractAward, ("recommendation",), RECOMMENDATIONS),
    RowKind("part2-notice", "Part 2 paper", pages.NOTICE, Part2Paper, ("version",), "paper-part2-edit"),
    RowKind("attachment", "attachment", pages.ATTACHMENT, Attachment, ("version",), "paper-attachments"),
    RowKind(
        "part2-file", "Part 2 file", pages.PART2_FILE, Part2File, ("paper",), "paper-part2-files", sealed=True
    ),
)
ROW = {kind.key: kind for kind in ROWS}


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id in a hidden input, or None where there is none or it is no id."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
