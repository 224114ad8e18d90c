"""The addresses of the staff site."""

from django.urls import include, path

from pcd.components import components
from pcd.people import views_own

urlpatterns = [
    path("", include("pcd.health")),
    path("accounts/", include("pcd.people.urls")),
    path("second-factors/", views_own.everybodys, name="second-factors"),
    path("second-factors/<uuid:person>/", views_own.reset_of, name="second-factor-reset"),
    path("", include("pcd.people.urls_managing")),
    path("", include("decisions.reference.urls")),
    path("components/", components, name="components"),
    path("archive/", include("decisions.archive.urls")),
    path("papers/", include("decisions.drafting.urls")),
    path("", include("approvals.urls")),
]
