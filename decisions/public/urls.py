"""The addresses of the public site; permanent ones, other people's links hang on them."""

from django.urls import path

from decisions.public import views

urlpatterns = [
    path("", views.latest, name="latest"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<str:spelling>.pdf", views.decision_pdf, name="decision-pdf"),
    path("decisions/<str:spelling>.json", views.decision_json, name="decision-json"),
    path("decisions/<str:spelling>/v<int:version>.pdf", views.decision_pdf, name="decision-pdf-version"),
    path("decisions/<str:spelling>/v<int:version>.json", views.decision_json, name="decision-json-version"),
    path("decisions/<str:spelling>/v<int:version>/", views.decision, name="decision-version"),
    path(
        "decisions/<str:spelling>/attachments/<str:file>",
        views.decision_attachment,
        name="decision-attachment",
    ),
    path(
        "decisions/<str:spelling>/v<int:version>/attachments/<str:file>",
        views.decision_attachment,
        name="decision-attachment-version",
    ),
    path("decisions/<path:spelling>/", views.decision, name="decision"),
    path("register/", views.register, name="register"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("robots.txt", views.robots, name="robots"),
]
