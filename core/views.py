"""The gallery: every component in every state, for those who build screens. Mounted only while DEBUG is on."""

from datetime import timedelta

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from .web import render_form

PLATES = [("粤B12345", "blue"), ("粤BD12345", "green"), ("粤LA8888", "yellow"), ("", "")]
PEOPLE = [
    {"name": "王建国", "plate": "粤B12345", "car": "大众 帕萨特", "phone": "13800138000", "tier": "A", "fen": 1280050},
    {"name": "欧阳晓彤", "plate": "粤LD66021", "car": "比亚迪 汉", "phone": "13912345678", "tier": "B", "fen": 356000},
    {"name": "李强", "plate": "粤L7K952", "car": "丰田 卡罗拉", "phone": "075512345678", "tier": "C", "fen": 0},
    {"name": "陈<小>明", "plate": "", "car": "", "phone": "", "tier": "", "fen": None},
]


class GalleryForm(forms.Form):
    plate = forms.CharField(
        label="车牌", help_text="新能源车牌是 8 位。", widget=forms.TextInput(attrs={"data-format": "plate"})
    )
    phone = forms.RegexField(
        r"^1[0-9 ]{12}$",
        label="手机",
        required=False,
        widget=forms.TextInput(attrs={"data-format": "phone", "inputmode": "tel"}),
    )
    km = forms.IntegerField(label="里程", min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    kind = forms.ChoiceField(label="来店原因", choices=[("", "请选择"), ("care", "保养"), ("repair", "维修")])
    mood = forms.ChoiceField(
        label="心情", choices=[("good", "愉快"), ("plain", "平常"), ("bad", "着急")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="客户原话",
        required=False,
        help_text="尽量照原话写，草稿自动保存在这台电脑。",
        widget=forms.Textarea(attrs={"rows": 3, "data-autosave": "note"}),
    )
    consent = forms.BooleanField(label="客户同意接收保养提醒", required=False, help_text="当面问过才勾选。")

    def clean_km(self):
        if self.cleaned_data["km"] > 1_000_000:
            raise forms.ValidationError("里程超过一百万公里，请再看一眼仪表")
        return self.cleaned_data["km"]


@require_http_methods(["GET", "POST"])
def gallery(request):
    now = timezone.localtime()
    form = GalleryForm(request.POST or None)
    context = {
        "form": form,
        "plates": PLATES,
        "people": PEOPLE,
        "moments": [now - timedelta(minutes=minutes) for minutes in (0, 42, 1440, 4 * 1440, 400 * 1440)],
        "search_url": reverse("core:gallery-search"),
    }
    return render_form(request, "core/gallery.html", context)


@require_safe
def gallery_search(request):
    query = request.GET.get("q", "")
    if not query:
        raise Http404
    found = [person for person in PEOPLE if query in person["name"] + person["plate"] + person["phone"]]
    return render(request, "core/_gallery_search.html", {"found": found, "query": query})
