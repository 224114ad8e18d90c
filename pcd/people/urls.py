"""The addresses of signing in, under /accounts/ on the staff site; the names are those that allauth looks for.

Only what works is here: no sign-up and no email pages. What the log leaves out of a link is in `pcd/logs.py`.
"""

from django.urls import path

from pcd.people import single_sign_on, views, views_forgotten, views_own

urlpatterns = [
    path("", views.home, name="account_home"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("login/second-factor/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", views.SignInWithKey.as_view(), name="mfa_login_webauthn"),
    path("login/single-sign-on/", single_sign_on.begin, name="account_single_sign_on"),
    path("login/single-sign-on/back/", single_sign_on.come_back, name="account_single_sign_on_back"),
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("signed-out/", views.signed_out, name="account_signed_out"),
    path("reauthenticate/", views.ProveItIsYou.as_view(), name="account_reauthenticate"),
    path("reauthenticate/code/", views.ProveByCode.as_view(), name="mfa_reauthenticate"),
    path("reauthenticate/passkey/", views.ProveByKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/forgotten/", views_forgotten.Forgotten.as_view(), name="account_reset_password"),
    path("password/forgotten/sent/", views_forgotten.Sent.as_view(), name="account_reset_password_done"),
    path(
        "password/new/<uuid:uidb36>/<slug:key>/",
        views_forgotten.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("sessions/", views_own.sessions, name="account_sessions"),
    path("second-factor/", views_own.Factors.as_view(), name="mfa_index"),
    path("second-factor/app/", views_own.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("second-factor/app/remove/", views_own.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/keys/add/", views_own.AddKey.as_view(), name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", views_own.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("second-factor/codes/", views_own.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", views_own.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]
