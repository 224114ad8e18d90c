"""The addresses of drafting; those of rows follow from `rows.ROWS`."""

from django.urls import path

from decisions.drafting import (
    views,
    views_comments,
    views_copying,
    views_files,
    views_history,
    views_importing,
    views_kept,
    views_part2,
    views_part2_files,
    views_reading,
    views_rows,
)
from decisions.drafting.rows import OWN, ROWS

urlpatterns = [
    path("", views.papers, name="papers"),
    path("new/", views.new, name="paper-new"),
    path("new/from/", views_copying.begin_from, name="paper-new-from"),
    path("import/", views_importing.bring, name="paper-import"),
    path("<uuid:decision>/import/", views_importing.imported, name="paper-imported"),
    path("<uuid:decision>/edit/<slug:part>/", views.part, name="paper-part"),
    path("<uuid:decision>/section/<slug:kind>/", views.section, name="paper-section"),
    path("<uuid:decision>/section/<slug:kind>/take-back/", views.take_back, name="section-take-back"),
    path("<uuid:decision>/recommendations/", views_rows.recommendations, name="paper-recommendations"),
    path("<uuid:decision>/attachments/", views_files.attachments, name="paper-attachments"),
    path("<uuid:decision>/attachments/add/", views_files.choose, name="attachment-add"),
    path("<uuid:decision>/attachments/add/part-1/", views_files.attach, name="attachment-bring"),
    path("<uuid:decision>/attachments/<str:file>", views_files.attachment_file, name="attachment-file"),
    path("<uuid:decision>/attachment/<uuid:row>/check/", views_files.check, name="attachment-check"),
    path("<uuid:decision>/related/", views_rows.elsewhere, name="paper-links"),
    path("<uuid:decision>/part-2/", views_part2.reading, name="paper-part2"),
    path("<uuid:decision>/part-2/edit/", views_part2.answer, name="paper-part2-edit"),
    path("<uuid:decision>/part-2/<uuid:row>/sealed/", views_part2.sealed, name="part2-sealed"),
    path("<uuid:decision>/part-2/files/", views_part2_files.files, name="paper-part2-files"),
    path("<uuid:decision>/part-2/<uuid:paper>/files/add/", views_part2_files.seal, name="part2-file-add"),
    path("<uuid:decision>/part2-file/<uuid:row>/file/", views_part2_files.file, name="part2-file-open"),
    path("<uuid:decision>/keep/<str:page>/", views_kept.keep, name="paper-keep"),
    path("<uuid:decision>/history/", views_history.revisions, name="paper-history"),
    path("<uuid:decision>/comments/", views_comments.everything, name="paper-comments"),
    path("<uuid:decision>/comments/add/", views_comments.add, name="comment-add"),
    path("<uuid:decision>/comments/<uuid:thread>/", views_comments.conversation, name="comment"),
    path("<uuid:decision>/check/", views_reading.check, name="paper-check"),
]
for kind in ROWS:
    address, row = f"<uuid:decision>/{kind.key}/<uuid:row>/", {"key": kind.key}
    within = "recommendation/<uuid:within>/" if kind in OWN else ""
    if not kind.brought:
        add = f"<uuid:decision>/{within}{kind.key}/add/"
        urlpatterns.append(path(add, views_rows.add, row, name=f"{kind.key}-add"))
    urlpatterns += [
        path(address, views_rows.change, row, name=kind.key),
        path(f"{address}remove/", views_rows.remove, row, name=f"{kind.key}-remove"),
        path(f"{address}move/", views_rows.move, row, name=f"{kind.key}-move"),
    ]
