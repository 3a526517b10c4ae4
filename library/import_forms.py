"""What may be uploaded on the Import page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class SeveralFilesInput(forms.ClearableFileInput):
    """A file field in which several files can be chosen."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """At least one file; cleans to the list of them."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file, each checked by itself."""
        several = data or [None]
        return [super(SeveralFilesField, self).clean(single, initial) for single in several]


class UploadForm(forms.Form):
    """The files, and whether private sessions are left out."""

    file = SeveralFilesField(
        allow_empty_file=True,
        max_length=1000,
        error_messages={
            "required": _("Choose the ZIP that Spotify sent you."),
            "missing": _("Choose the ZIP that Spotify sent you."),
        },
    )
    leaves_out_incognito = forms.BooleanField(
        required=False,
        label=_("Leave out private sessions"),
        help_text=_("Plays from private (incognito) sessions are counted in the report but not stored."),
    )

    @property
    def uploads(self) -> "list[UploadedFile[bytes]]":
        """The files of a valid form."""
        return list(self.cleaned_data["file"])
