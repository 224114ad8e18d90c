"""The demo people: invented names, one for each role (interfaces.md)."""

from dataclasses import dataclass

from pcd.people.models import Holding, Office, User


@dataclass(frozen=True)
class DemoPerson:
    """One invented person and the office that they hold, if any."""

    username: str
    full_name: str
    job_title: str
    office: str = ""
    reads_part2: bool = False


PEOPLE = (
    DemoPerson("officer", "Ines Calloway", "Senior Programme Officer", "drafting-officers"),
    DemoPerson("officer2", "Tomas Birchall", "Programme Officer", "drafting-officers"),
    DemoPerson("finance", "Wilma Ashgrove", "Finance Business Partner", "finance"),
    DemoPerson("legal", "Dorian Peake", "Senior Lawyer", "legal"),
    DemoPerson("commercial", "Maribel Stroud", "Commercial Manager", "commercial"),
    DemoPerson("equality", "Kofi Lindqvist", "Equality Adviser", "equality"),
    DemoPerson("data_protection", "Petra Hallam", "Data Protection Officer", "data-protection"),
    DemoPerson("head", "Rosalind Okoye-Marsh", "Chief Finance Officer and Director", "cfo"),
    DemoPerson("chief", "Edwin Tarrant", "Chief Executive", "chief-executive"),
    DemoPerson("deputy", "Harriet Vane-Lowe", "Director of Strategy", "director-strategy"),
    DemoPerson("dmpc", "Celestine Rowbotham", "Deputy Mayor for Policing and Crime", "dmpc"),
    DemoPerson("governance", "Bram Fairweather", "Governance Manager", "governance", reads_part2=True),
    DemoPerson("auditor", "Odette Quarmby", "Internal Auditor", "audit"),
    DemoPerson("admin", "Silas Penhallow", "System Administrator", "administration"),
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
        if row.office:
            office = Office.objects.get(key=row.office)
            Holding.objects.create(office=office, person=person, reads_part2=row.reads_part2)
    return {username: people[username] for username in usernames}
