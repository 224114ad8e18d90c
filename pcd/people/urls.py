"""The addresses of signing in, under /accounts/ on the staff site; the names are those that allauth looks for.

Only what works is here: no sign-up, no email pages, no password reset by mail. Second factor, passkeys and
single sign-on add their allauth URLs below when they are switched on.
"""

from django.urls import path

from pcd.people import views, views_offices

urlpatterns = [
    path("", views.home, name="account_home"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("signed-out/", views.signed_out, name="account_signed_out"),
    path("reauthenticate/", views.ProveItIsYou.as_view(), name="account_reauthenticate"),
    path("absence/", views_offices.absence, name="absence"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
]
