"""The rows that an officer adds, orders and removes: recommendations, money, contracts, links, Part 2 papers, files.

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
    FundingGrant,
    JointDecider,
    Link,
    Part2File,
    Part2Paper,
    Recommendation,
)


@dataclass(frozen=True)
class RowKind:
    """A kind of row: its page, its table, the columns within which its position counts, and the page that lists it.

    `rows` is the name under which what it belongs to has its rows, `heading` what stands above them.
    """

    key: str
    noun: str
    page: Page
    model: type[Model]
    within: tuple[str, ...]
    rows: str
    heading: str
    listed: str = "paper-recommendations"
    #: It comes as a file, which has a page of its own to be brought on.
    brought: bool = False
    #: What it says is sealed: whoever may not read Part 2 opens none of its pages.
    sealed: bool = False

    def siblings(self, row: Any) -> QuerySet[Any]:
        """Return the rows among which this one has its position, in order."""
        rows: QuerySet[Any] = self.model._default_manager.filter(
            **{column: getattr(row, column) for column in self.within}
        )
        return rows.order_by("position")


RECOMMENDATION = ("recommendation",)
ROWS = (
    RowKind(
        "recommendation",
        "recommendation",
        pages.RECOMMENDATION,
        Recommendation,
        ("version", "parent"),
        "recommendations",
        "Recommendations",
    ),
    RowKind("money", "amount", pages.MONEY, FinancialLine, RECOMMENDATION, "financial_lines", "Money"),
    RowKind(
        "contract", "contract", pages.CONTRACT, ContractAward, RECOMMENDATION, "contract_awards", "Contracts"
    ),
    RowKind("grant", "grant", pages.GRANT, FundingGrant, RECOMMENDATION, "grants", "Grants"),
    RowKind(
        "link",
        "related decision",
        pages.LINK,
        Link,
        ("version",),
        "links",
        "Related decisions",
        "paper-links",
    ),
    RowKind(
        "joint",
        "joint decision maker",
        pages.JOINT,
        JointDecider,
        ("version",),
        "joint_deciders",
        "Joint decision makers",
        "paper-links",
    ),
    RowKind(
        "part2-notice",
        "Part 2 paper",
        pages.NOTICE,
        Part2Paper,
        ("version",),
        "part2_papers",
        "Part 2 papers",
        "paper-part2-edit",
    ),
    RowKind(
        "attachment",
        "attachment",
        pages.ATTACHMENT,
        Attachment,
        ("version",),
        "attachments",
        "Attachments",
        "paper-attachments",
        brought=True,
    ),
    RowKind(
        "part2-file",
        "Part 2 file",
        pages.PART2_FILE,
        Part2File,
        ("paper",),
        "files",
        "Files of Part 2",
        "paper-part2-files",
        brought=True,
        sealed=True,
    ),
)
ROW = {kind.key: kind for kind in ROWS}
#: What belongs to a recommendation, in printed order.
OWN = tuple(kind for kind in ROWS if kind.within == RECOMMENDATION)
#: What stands on the page of related decisions.
ELSEWHERE = tuple(kind for kind in ROWS if kind.listed == "paper-links")


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id in a hidden input, or None where there is none or it is no id."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
