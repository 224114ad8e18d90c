"""The addresses of reference data and of delegations."""

from django.urls import path

from decisions.reference import views, views_rules

urlpatterns = [
    path("offices/<uuid:office>/delegate/", views.delegate, name="office-delegate"),
    path("reference/", views.everything, name="reference"),
    path("reference/<slug:subject>/", views.subject, name="reference-subject"),
    path("reference/<slug:subject>/change/", views.change, name="reference-change"),
    path("reference/passed-steps/<uuid:step>/end/", views.end_passed_step, name="passed-step-end"),
    path("reference/advice-rules/<uuid:rule>/end/", views_rules.end_rule, name="advice-rule-end"),
    path("reference/grounds/<slug:ground>/end/", views_rules.end_ground, name="ground-end"),
    path("reference/bank-holidays/<slug:day>/remove/", views.remove_bank_holiday, name="bank-holiday-remove"),
]
