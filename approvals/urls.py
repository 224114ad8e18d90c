"""The addresses of the route: my work, a paper, and each act on it."""

from django.urls import path

from approvals import (
    views,
    views_lists,
    views_moving,
    views_notices,
    views_outside,
    views_oversight,
    views_private,
    views_reading,
    views_registers,
)

urlpatterns = [
    path("", views.my_work, name="my-work"),
    path("notices/", views_notices.notices, name="notices"),
    path("mails/", views_notices.mails, name="mails"),
    path("my-work.csv", views_lists.my_work_csv, name="my-work-csv"),
    path("calendar/", views_lists.calendar_page, name="calendar"),
    path("calendar/calendar.csv", views_lists.calendar_csv, name="calendar-csv"),
    path("calendar/calendar.ics", views_lists.calendar_ics, name="calendar-ics"),
    path("search/", views_lists.search, name="search"),
    path("search/papers.csv", views_lists.search_csv, name="search-csv"),
    path("search/saved/<uuid:search>/", views_lists.saved_search, name="saved-search"),
    path("workload/", views_oversight.workload_page, name="workload"),
    path("workload/workload.csv", views_oversight.workload_csv, name="workload-csv"),
    path("exceptions/", views_oversight.exceptions_page, name="exceptions"),
    path("exceptions/exceptions.csv", views_oversight.exceptions_csv, name="exceptions-csv"),
    path("people/people.csv", views_registers.people_csv, name="people-csv"),
    path("offices/offices.csv", views_registers.offices_csv, name="offices-csv"),
    path("archive/batches.csv", views_registers.archive_csv, name="archive-csv"),
    path("papers/<uuid:decision>/part-2/diary.csv", views_registers.diary_csv, name="paper-part2-diary"),
    path("papers/<uuid:decision>/", views.paper, name="paper"),
    path("papers/<uuid:decision>/read/", views_reading.read, name="paper-read"),
    path("papers/<uuid:decision>/briefing/", views_private.briefing, name="paper-briefing"),
    path("private-office/", views_private.private_office, name="private-office"),
    path("papers/<uuid:decision>/preview/", views.preview, name="paper-preview"),
    path("papers/<uuid:decision>/recorded-copy/<uuid:row>/", views.recorded_copy, name="recorded-copy"),
    path("papers/<uuid:decision>/joint-copy/<uuid:row>/", views.joint_copy, name="joint-copy"),
    path("papers/<uuid:decision>/enclosures/<uuid:row>/", views.enclosure, name="enclosure"),
    path("papers/<uuid:decision>/history/moved/", views_moving.moved, name="paper-moved"),
    path("outside/<uuid:outside>/", views_outside.outside_page, name="outside"),
    path("papers/<uuid:decision>/act/<slug:action>/", views.act, name="act"),
]
