"""The addresses of the public site."""

from django.urls import include, path

urlpatterns = [
    path("", include("pcd.health")),
    path("", include("decisions.public.urls")),
]
handler404 = "decisions.public.views.not_found"
