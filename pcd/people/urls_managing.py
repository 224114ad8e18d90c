"""The addresses of people, offices and of changes that two people make."""

from django.urls import path

from pcd.people import views_changes, views_held, views_offices, views_people

urlpatterns = [
    path("absence/", views_offices.absence, name="absence"),
    path("people/", views_people.people, name="people"),
    path("people/add/", views_people.add, name="person-add"),
    path("people/<uuid:person>/", views_people.person, name="person"),
    path("people/<uuid:person>/change/", views_people.change, name="person-change"),
    path("people/<uuid:person>/active/", views_people.active, name="person-active"),
    path("people/<uuid:person>/absence/", views_people.absence, name="person-absence"),
    path("offices/", views_held.everyone, name="offices"),
    path("offices/add/", views_held.add, name="office-add"),
    path("offices/<uuid:office>/", views_held.office, name="office"),
    path("offices/<uuid:office>/title/", views_held.rename, name="office-title"),
    path("offices/<uuid:office>/appoint/", views_held.appoint, name="office-appoint"),
    path("offices/held/<uuid:holding>/end/", views_held.end, name="holding-end"),
    path("reference/changes/<uuid:change>/", views_changes.change, name="change"),
]
