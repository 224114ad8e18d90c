"""The tables of the paper, by concern; import models from here."""

from decisions.models.access import Access, DecisionUserObjectPermission, Grant, Part2Reading
from decisions.models.archive import ArchiveApproval, ArchiveBatch, ArchiveFile
from decisions.models.attachments import (
    Attachment,
    AttachmentCheck,
    AttachmentContent,
    Part2File,
    Part2FileContent,
)
from decisions.models.checked import AcceptedField, ImportedFile, WarningAnswer
from decisions.models.elsewhere import JointDecider, Link
from decisions.models.history import MovedWords, Revision, RevisionText
from decisions.models.money import ContractAward, FinancialLine, FundingGrant, Supplier
from decisions.models.paper import (
    Contributor,
    Decision,
    Declaration,
    Paragraph,
    Recommendation,
    Section,
    State,
    UnobtainedAdvice,
    Version,
)
from decisions.models.part2 import (
    ExemptionClaim,
    Part2Acts,
    Part2Key,
    Part2Paper,
    Part2Submitted,
    Part2Text,
)
from decisions.models.publication import (
    Alias,
    NumberEvent,
    Publication,
    PublicationAttachment,
    PublicationBody,
    PublicationFile,
    RescindedPublication,
)
from decisions.models.reference import (
    AdviceRule,
    BankHoliday,
    Body,
    Counter,
    ExemptionGround,
    FormEdition,
    PassedStep,
    Series,
)
from decisions.models.scheme import Decider, Scheme, SchemeParagraph
from decisions.models.snapshot import Snapshot
from decisions.models.together import Comment, KeptText, Pen

__all__ = [
    "AcceptedField",
    "Access",
    "AdviceRule",
    "Alias",
    "ArchiveApproval",
    "ArchiveBatch",
    "ArchiveFile",
    "Attachment",
    "AttachmentCheck",
    "AttachmentContent",
    "BankHoliday",
    "Body",
    "Comment",
    "ContractAward",
    "Contributor",
    "Counter",
    "Decider",
    "Decision",
    "DecisionUserObjectPermission",
    "Declaration",
    "ExemptionClaim",
    "ExemptionGround",
    "FinancialLine",
    "FormEdition",
    "FundingGrant",
    "Grant",
    "ImportedFile",
    "JointDecider",
    "KeptText",
    "Link",
    "MovedWords",
    "NumberEvent",
    "Paragraph",
    "Part2Acts",
    "Part2File",
    "Part2FileContent",
    "Part2Key",
    "Part2Paper",
    "Part2Reading",
    "Part2Submitted",
    "Part2Text",
    "PassedStep",
    "Pen",
    "Publication",
    "PublicationAttachment",
    "PublicationBody",
    "PublicationFile",
    "Recommendation",
    "RescindedPublication",
    "Revision",
    "RevisionText",
    "Scheme",
    "SchemeParagraph",
    "Section",
    "Series",
    "Snapshot",
    "State",
    "Supplier",
    "UnobtainedAdvice",
    "Version",
    "WarningAnswer",
]
