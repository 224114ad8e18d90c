"""The demo people: invented names, one for each role (interfaces.md)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from pcd.people.models import Holding, Office, Role, User


@dataclass(frozen=True)
class DemoPerson:
    """One invented person and the office that they hold: of several with its role, the `place`-th by key."""

    username: str
    full_name: str
    job_title: str
    role: Role
    place: int = 0
    reads_part2: bool = False

    @property
    def office(self) -> Office:
        """Return the office in whichever body this installation serves."""
        return Office.objects.filter(role=self.role).order_by("key")[self.place]


#: Up to how many pounds the deputy endorses in the chief executive's place.
DELEGATED_UP_TO = 5_000_000
#: Since when they hold their offices: what was decided lately, and is recorded now, was theirs to decide.
IN_OFFICE_FOR = timedelta(days=400)
PEOPLE = (
    DemoPerson("officer", "Ines Calloway", "Senior Programme Officer", Role.DRAFTING_OFFICER),
    DemoPerson("officer2", "Tomas Birchall", "Programme Officer", Role.DRAFTING_OFFICER),
    DemoPerson("finance", "Wilma Ashgrove", "Finance Business Partner", Role.FINANCE),
    DemoPerson("legal", "Dorian Peake", "Senior Lawyer", Role.LEGAL),
    DemoPerson("commercial", "Maribel Stroud", "Commercial Manager", Role.COMMERCIAL),
    DemoPerson("equality", "Kofi Lindqvist", "Equality Adviser", Role.EQUALITY),
    DemoPerson("data_protection", "Petra Hallam", "Data Protection Officer", Role.DATA_PROTECTION),
    DemoPerson("head", "Rosalind Okoye-Marsh", "Chief Finance Officer and Director", Role.HEAD_OF_SERVICE),
    DemoPerson("chief", "Edwin Tarrant", "Chief Executive", Role.CHIEF_EXECUTIVE),
    DemoPerson("deputy", "Harriet Vane-Lowe", "Director of Strategy", Role.HEAD_OF_SERVICE, place=1),
    DemoPerson("dmpc", "Celestine Rowbotham", "Deputy Mayor for Policing and Crime", Role.DECISION_MAKER),
    DemoPerson("governance", "Bram Fairweather", "Governance Manager", Role.GOVERNANCE, reads_part2=True),
    DemoPerson("governance2", "Rosalind Thackray", "Governance Officer", Role.GOVERNANCE),
    DemoPerson("auditor", "Odette Quarmby", "Internal Auditor", Role.AUDITOR),
    DemoPerson("admin", "Silas Penhallow", "System Administrator", Role.ADMINISTRATOR),
)


def make_people(password: str) -> dict[str, User]:
    """Make the demo people (those who are missing), all with this password; return them by user name."""
    usernames = [row.username for row in PEOPLE]
    people = {person.username: person for person in User.objects.filter(username__in=usernames)}
    for row in (row for row in PEOPLE if row.username not in people):
        person = people[row.username] = User.objects.create_user(
            row.username,
            password,
            full_name=row.full_name,
            job_title=row.job_title,
            email=f"{row.username}@pcd.example",
        )
        since = timezone.now() - IN_OFFICE_FOR
        Holding.objects.create(office=row.office, person=person, reads_part2=row.reads_part2, since=since)
    _delegate(people["deputy"])
    return {username: people[username] for username in usernames}


def _delegate(deputy: User) -> None:
    """Let the deputy sign for the chief executive, within an example's scope, as their scheme would say."""
    office = Office.objects.filter(role=Role.CHIEF_EXECUTIVE).order_by("key").first()
    if office is not None and not office.holdings.filter(person=deputy).exists():
        Holding.objects.create(
            office=office,
            person=deputy,
            capacity=Holding.Capacity.DELEGATE,
            up_to=DELEGATED_UP_TO,
            only_in_absence=True,
            authority="paragraph 3.2 of the example scheme of delegation",
            until=timezone.now() + timedelta(days=365),
        )
