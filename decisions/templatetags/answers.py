"""How "check your answers" writes its lists."""

from django import template

from decisions.drafting.answers import summary_list

register = template.Library()
register.simple_tag(summary_list)
