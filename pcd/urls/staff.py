"""The addresses of the staff site."""

from django.urls import include, path

from pcd.components import components

urlpatterns = [
    path("", include("pcd.health")),
    path("accounts/", include("pcd.people.urls")),
    path("components/", components, name="components"),
    path("archive/", include("decisions.archive.urls")),
    path("papers/", include("decisions.drafting.urls")),
    path("", include("approvals.urls")),
]
