from django import forms


class CrossStoreForm(forms.Form):
    """Why this store opens the record of a customer of another store. `q` is the whole number that was typed."""

    q = forms.CharField(widget=forms.HiddenInput, max_length=60)
    why = forms.CharField(
        label="为什么要看",
        min_length=2,
        max_length=100,
        help_text="例如：客户正在本店接车。会写入操作记录。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "cross-store-reasons", "autofocus": True}),
        error_messages={"required": "请写明理由，再打开", "min_length": "请写明理由，再打开"},
    )
