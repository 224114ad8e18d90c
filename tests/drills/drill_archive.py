"""Two thousand old decisions of every kind of file, within ten minutes on two cores, killed once on the way."""

import io
import re
import resource
import signal
import time
from pathlib import Path

import docx
import pikepdf

from approvals import clock
from approvals.demo.people import make_people
from decisions.models import ArchiveBatch, ArchiveFile, Publication
from tests.archived import approved, old_paper
from tests.brought import as_page, as_pdf, as_word
from tests.databases import FreshDatabase
from tests.rig import PASSWORD
from tests.test_archive_command import report_of, started

FILES, MINUTES, CORES = 2000, 10, 2


def long_paper() -> str:
    """A paper of some eight pages: what a real one has, many times over."""
    paragraph = "The cost of £{n}k is met from the approved equipment budget, as was agreed before. " * 4
    more = "\n".join(f"2.{n} {paragraph.format(n=n)}" for n in range(2, 50))
    return re.sub(r"(2\.1 [^\n]*)", rf"\1\n{more}", old_paper(1))


def papers(folder: Path) -> Path:
    """Write files of which no two are alike, half of them PDFs, and the list of them."""
    text = long_paper()
    pdf, word = as_pdf(text), as_word(text)
    rows = ["file,reference,decided,published"]
    for number in range(1, FILES + 1):
        name, own = f"paper-{number}", text.replace("thirty", f"{number}")
        if number % 2:
            with pikepdf.open(io.BytesIO(pdf)) as document:
                document.docinfo["/Subject"] = name
                document.save(folder / f"{name}.pdf")
            name += ".pdf"
        elif number % 4:
            copy = docx.Document(io.BytesIO(word))
            copy.core_properties.subject = name
            copy.save(str(folder / f"{name}.docx"))
            name += ".docx"
        elif number % 8:
            (folder / f"{name}.html").write_bytes(as_page(own))
            name += ".html"
        else:
            (folder / f"{name}.txt").write_text(own)
            name += ".txt"
        rows.append(f"{name},DMPCD 2014/{number},12/03/2014,1/4/2014")
    (folder / "list.csv").write_text("\n".join(rows))
    return folder / "list.csv"


def processor_seconds() -> float:
    """What this process's children, and theirs, have used of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_two_thousand_files_within_ten_minutes(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    """Counted in time of the processor, so that others at work on the machine change nothing."""
    people = make_people(PASSWORD)
    source = papers(tmp_path)
    run = started(fresh_database, "import_archive", source)
    assert run.stderr
    next(line for line in run.stderr if line.startswith(f"{FILES // 10} of"))
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=20)
    used, begun = processor_seconds(), time.monotonic()
    report = report_of(fresh_database, "import_archive", source)
    each = (processor_seconds() - used) / report["read"]
    took = time.monotonic() - begun
    minutes = each * FILES / CORES / 60
    print(
        f"{each:.2f} s a file: {FILES} in {minutes:.1f} minutes on {CORES} cores; {took:.0f} s by the clock"
    )
    assert ArchiveFile.objects.filter(status="read").count() == FILES, report["refused"][:5]
    assert minutes < MINUTES

    approved(ArchiveBatch.objects.get(), people)
    begun = time.monotonic()
    while clock.archive():
        pass
    print(f"published in {time.monotonic() - begun:.0f} s")
    assert Publication.objects.count() == FILES
