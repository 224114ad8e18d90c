"""Old decisions, made up: their papers, and how a batch of them is brought, approved and published."""

import hashlib
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from approvals import clock
from decisions.archive import approving, records
from decisions.archive.gather import Report, bring, open_batch
from decisions.archive.listed import address, listed
from decisions.importing import files, reader
from decisions.importing.reading import words
from decisions.models import ArchiveBatch, ArchiveFile
from pcd.people.models import User

People = Mapping[str, User]
#: A decision of the first form, numbered by year; {word} stands nowhere else.
OLD_PAPER = """{address}
REQUEST FOR DMPC DECISION – DMPCD 2013/{number}
Title: Replacement of {thing}
Executive Summary:
This paper seeks approval to replace the {thing}, which are thirty years old. {word}
Recommendation:
The DMPC is recommended to:
1. Approve project capital of £1.98m for the {thing} from 2013/14.
2. Approve revenue of E225k per annum, a cost that a scanner misread.
DEPUTY MAYOR FOR POLICING AND CRIME
I confirm I have considered whether or not I have any personal or prejudicial interest in this matter.
The above request has my approval.
Signature   Imogen Tarrant          Date 04/02/2013
PART 1 - NON-CONFIDENTIAL FACTS AND ADVICE TO THE DMPC
1. Introduction and background
1.1 The {thing} are old; *nobody* repairs_them [any more].
2. Financial Comments
2.1 The cost is met from the approved equipment budget.
Part 2 Confidentiality:
Is there a part 2 form – NO
ORIGINATING OFFICER DECLARATION:
Legal Advice:
The legal team has been consulted on the proposal.   ✓
"""
THINGS = (
    "lockers",
    "boats",
    "bicycles",
    "radios",
    "tyres",
    "kettles",
    "ladders",
    "helmets",
    "lamps",
    "desks",
)


def old_paper(number: int, *, word: str = "", address: str = "") -> str:
    """A made-up old decision under its own number."""
    thing = f"{THINGS[number % len(THINGS)]} of store {number}"
    at = address or f"https://old.example.org/What-We-Do/DMPCD-2013-{number}/"
    return OLD_PAPER.format(number=number, thing=thing, word=word, address=at)


def folder_of(path: Path, *numbers: int, **papers: str) -> Path:
    """Write papers into a folder: made-up ones of these numbers, and those given by their names."""
    path.mkdir(exist_ok=True)
    for number in numbers:
        (path / f"paper-{number}.txt").write_text(old_paper(number))
    for name, text in papers.items():
        (path / f"{name}.txt").write_text(text)
    return path


def brought(source: Path, people: People, *, batch: str = "Old papers") -> tuple[ArchiveBatch, Report]:
    """Bring a folder or a list into a batch, as the command does."""
    opened = open_batch(batch, by=people["governance"])
    report = bring(opened, listed(source), by=people["governance"], tell=lambda *_: None)
    return opened, report


def kept(paper: str, people: People, *, batch: str = "Old papers", name: str = "old") -> ArchiveFile:
    """Bring one paper into a batch of its own, without the processes that read many."""
    opened = open_batch(batch, by=people["governance"])
    reading = reader.read_as_printed(files.read(paper.encode(), f"{name}.txt"), file=f"{name}.txt")
    digest = hashlib.sha256(paper.encode()).digest()
    file = ArchiveFile(batch=opened, name=f"{name}.txt", digest=digest, reading=reading.as_json())
    file.addresses = [address(reading.address)]
    records.settle(file)
    file.save()
    return file


def unapproved(people: People, word: str) -> ArchiveFile:
    """Bring one old decision that holds a word in all that is said of it, approved by nobody."""
    paper = old_paper(96, word=word, address=f"https://old.example.org/{word}/")
    return kept(paper, people, batch=f"Old {word}", name=word)


def approved(batch: ArchiveBatch, people: People) -> ArchiveBatch:
    """Let two people approve a batch."""
    for name in ("governance", "governance2"):
        batch = approving.approve(batch.pk, by=people[name], shown=approving.digest_of(batch))
    return batch


def archived(source: Path, people: People, *, batch: str = "Old papers") -> ArchiveBatch:
    """Bring, approve and publish."""
    opened, _ = brought(source, people, batch=batch)
    approved(opened, people)
    while clock.archive():
        pass
    return opened


def text_of(answer: Any) -> str:
    """A page's words, without its tags."""
    page = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def missing_words(text: str, page: str) -> list[str]:
    """The words of a text that a page has not, or has not as often."""
    return sorted((words(text) - words(page)).elements())
