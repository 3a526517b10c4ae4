"""A mood's name where a template shows hundreds: an include for each took half the time of Home."""

from django import template

from moods.wording import mood_name

register = template.Library()
register.filter("mood_name", mood_name)
