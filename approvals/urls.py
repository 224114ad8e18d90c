"""The addresses of the route: my work, a paper, and each act on it."""

from django.urls import path

from approvals import views, views_moving, views_outside

urlpatterns = [
    path("", views.my_work, name="my-work"),
    path("papers/<uuid:decision>/", views.paper, name="paper"),
    path("papers/<uuid:decision>/preview/", views.preview, name="paper-preview"),
    path("papers/<uuid:decision>/joint-copy/<uuid:row>/", views.joint_copy, name="joint-copy"),
    path("papers/<uuid:decision>/enclosures/<uuid:row>/", views.enclosure, name="enclosure"),
    path("papers/<uuid:decision>/history/moved/", views_moving.moved, name="paper-moved"),
    path("outside/<uuid:outside>/", views_outside.outside_page, name="outside"),
    path("papers/<uuid:decision>/act/<slug:action>/", views.act, name="act"),
]
