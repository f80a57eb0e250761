"""Django's admin and form classes with type arguments, which they take in type checks alone."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]
    ModelChoiceField = forms.ModelChoiceField[Any]
else:
    ModelAdmin = admin.ModelAdmin
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline
    ModelForm = forms.ModelForm
    InlineFormSet = BaseInlineFormSet
    ModelChoiceField = forms.ModelChoiceField

__all__ = ["InlineFormSet", "ModelAdmin", "ModelChoiceField", "ModelForm", "StackedInline", "TabularInline"]
