"""The addresses of the archive."""

from django.urls import path

from decisions.archive import views

urlpatterns = [
    path("", views.batches, name="archive"),
    path("<uuid:batch>/", views.batch, name="archive-batch"),
    path("<uuid:batch>/approve/", views.approve, name="archive-approve"),
    path("file/<uuid:archived>/", views.file, name="archive-file"),
    path("file/<uuid:archived>/correct/", views.correct, name="archive-correct"),
    path("file/<uuid:archived>/leave-out/", views.leave_out, name="archive-leave-out"),
]
