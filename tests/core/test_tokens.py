"""The look is kept by numbers: contrast in both schemes, and no literal colour outside tokens.css."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})|\b(?:rgb|hsl)a?\(|\b\d*\.?\d+(?:px|rem|em)\b")
LIGHT, DARK = "light", "dark"
TEXT = [
    ("ink", "ground"),
    ("ink", "card"),
    ("ink-soft", "ground"),
    ("ink-soft", "sunk"),
    ("ink-faint", "card"),
    ("ink-faint", "ground"),
    ("accent", "card"),
    ("accent", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("danger", "card"),
    ("danger", "danger-tint"),
    ("on-danger", "danger"),
    ("warning", "warning-tint"),
    ("warning", "card"),
    ("good", "good-tint"),
    ("good", "card"),
    ("info", "info-tint"),
    ("ink", "mark"),
    ("tier-a-ink", "tier-a"),
    ("tier-b-ink", "tier-b"),
    ("tier-c-ink", "tier-c"),
    ("tier-d-ink", "card"),
    ("plate-blue-ink", "plate-blue"),
    ("plate-green-ink", "plate-green"),
    ("plate-green-ink", "plate-green-end"),
    ("plate-yellow-ink", "plate-yellow"),
]
EDGES = [("edge", "card"), ("edge", "ground"), ("accent", "ground")]


def colours(scheme: str) -> dict[str, str]:
    """Token name → hex colour of a scheme."""
    source = (CSS / "tokens.css").read_text()
    light, rest = source.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light))
    if scheme == DARK:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", rest.split("@media")[0]))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, EDGES)])
def test_contrast_is_aa(scheme, least, pairs):
    token = colours(scheme)

    weak = [
        f"{ink} on {ground}: {ratio:.2f}"
        for ink, ground in pairs
        if (ratio := contrast(token[ink], token[ground])) < least
    ]

    assert weak == []


def test_colours_and_sizes_are_literal_only_in_tokens():
    wrong = []
    for path in sorted(CSS.rglob("*.css")):
        if path.name == "tokens.css":
            continue
        source = re.sub(r"/\*.*?\*/|@media[^{]*|@page[^}]*}", "", path.read_text(), flags=re.S)
        wrong += [f"{path.name}: {found}" for found in LITERAL.findall(source)]

    assert wrong == []


def test_every_token_used_exists():
    defined = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text()))
    for path in sorted(CSS.rglob("*.css")):
        source = path.read_text()
        unknown = set(re.findall(r"var\((--[\w-]+)", source)) - defined - set(re.findall(r"(--[\w-]+):", source))
        assert unknown == set(), path.name
