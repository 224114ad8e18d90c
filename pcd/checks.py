"""What `manage.py check --deploy` refuses beyond Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def mails_are_not_kept(app_configs: Any, **about: Any) -> list[Error]:
    """Refuse a folder of demo mails: whoever reads it, or its page, has the links by which passwords are set."""
    if not settings.DEMO_MAILS:
        return []
    why = "PCD_DEMO_MAILS is set: mails are kept in a folder and shown on a page, links for new passwords among them."
    return [Error(why, hint="Leave it out wherever real people work.", id="pcd.E001")]
