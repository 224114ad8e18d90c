"""The pages of a forgotten password: allauth's views with our pages and our way of sending."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import PasswordResetDoneView, PasswordResetFromKeyView, PasswordResetView
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse_lazy

from pcd.people import forgotten
from pcd.people.views import unreported


@unreported
class Forgotten(PasswordResetView):
    """Asks for the address. Its answer is the same whoever has it: the mail is made later, by the clock.

    A known address costs one row of the outbox more. That is less than a network tells; a row for each address that
    nobody has would let strangers fill a table.
    """


@unreported
class Sent(PasswordResetDoneView):
    """Says that a mail comes if anybody has the address."""


@unreported
class NewPassword(PasswordResetFromKeyView):
    """Takes the new password; allauth leads from the link to an address without its key first.

    Whoever is signed in here is signed out, as everywhere else, and signs in with the new password as ever.
    """

    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Set the password, end every session (`second_factor.note_new_password`) and lead to signing in."""
        self.logout()
        try:
            with transaction.atomic():
                answer: HttpResponseBase = super().form_valid(form)
        except forgotten.Used:
            dead: HttpResponseBase = self.render_to_response(self.get_context_data(token_fail=True))
            return dead
        # Wrong guesses of before count no more, as for addresses with which one signs in (allauth clears only those).
        name = self.reset_user.get_username()
        get_adapter()._delete_login_attempts_cached_email(self.request, username=name)
        return answer
