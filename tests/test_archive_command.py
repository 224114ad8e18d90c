"""`manage.py import_archive` as it is run: its report, and what a kill leaves."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from approvals.demo.people import make_people
from decisions.archive import many
from decisions.models import ArchiveFile
from tests import dying
from tests.archived import folder_of, old_paper
from tests.databases import FreshDatabase
from tests.rig import PASSWORD, ROOT

NUMBERS = range(1, 21)


def started(database: FreshDatabase, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.urls["staff"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def report_of(database: FreshDatabase, *arguments: object) -> Any:
    said, _ = started(database, *arguments, "--json").communicate()
    return json.loads(said)


def test_a_killed_run_goes_on_where_it_was_and_repeats_nothing(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    make_people(PASSWORD)
    folder = folder_of(tmp_path / "old papers", *NUMBERS)
    run = started(fresh_database, "import_archive", folder)
    assert run.stderr
    assert run.stderr.readline() == "10 of 20 read\n"
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=20)
    kept = ArchiveFile.objects.count()
    assert 10 <= kept < 20
    report = report_of(fresh_database, "import_archive", folder)
    assert (report["read"], report["there_already"], report["refused"]) == (20 - kept, kept, [])
    assert set(ArchiveFile.objects.values_list("number", flat=True)) == set(NUMBERS)
    again = report_of(fresh_database, "import_archive", folder)
    assert (again["read"], again["there_already"]) == (0, 20)


def test_the_report_says_what_is_refused_and_what_to_look_at(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    make_people(PASSWORD)
    paper, wrong = tmp_path / "paper.txt", tmp_path / "scan.png"
    paper.write_text(old_paper(5))
    wrong.write_bytes(b"\x89PNG")
    run = started(fresh_database, "import_decision", paper, wrong, "--published", "--batch", "A few")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "Batch ‘A few’: 1 read, 1 refused, 0 there already." in said
    assert "Refused: scan.png: ‘scan.png’ is a picture." in said
    assert "Two people of the governance team approve the batch" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "name,title\na,b\n",
            "needs a column ‘file’ and may have reference, title, decided, published, address",
        ),
        ("file,decided\na,2013-02-31\n", "line 2: ‘2013-02-31’ is not a date"),
        ("file,title\na,caf\xe9\n", "is not in UTF-8. Save it as ‘CSV UTF-8’."),
    ],
)
def test_a_wrong_list_is_refused_in_words(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "list.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("import_archive", str(tmp_path / "list.csv"))


def test_no_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is neither a folder nor a list"):
        call_command("import_archive", str(tmp_path / "nowhere"))


def test_a_file_that_ends_its_reader_is_refused_and_stops_no_other(tmp_path: Path) -> None:
    paths = sorted(folder_of(tmp_path, *range(1, 7)).iterdir())
    found = many.read_all(paths, read=dying.read)
    assert [(read.path, read.why) for read in found if read.why] == [
        (tmp_path / "paper-3.txt", "‘paper-3.txt’ cannot be read: it ends its reader.")
    ]
