"""The words and codes that the template's drop-downs offer, and the sheet that lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import iso4217
import pycountry
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from matcher.domain import fields as f
from matcher.vocabularies import builtin_regions, builtin_sectors

Entries = Sequence[tuple[str, ...]]

WORDS: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "donor_kinds": get_args(f.DonorKind),
    "organisation_kinds": get_args(f.OrganisationKind),
    "groups": get_args(f.Group),
    "visibilities": get_args(f.Visibility),
    "certainties": ("confirmed", "pledged"),
    "registration_statuses": ("registered", "pending", "unregistered"),
    "proposal_statuses": get_args(f.Status),
    "pair_statuses": get_args(f.PairStatus),
    "partner_roles": ("lead", "partner", "host"),
    "values_of_merit": ("per_amount", "per_project"),
    "needs_review": ("hold", "conditional"),
    "start_policies": ("flexible", "strict"),
    "feedbacks": ("reason", "reason_and_change"),
    "share_bases": ("budget", "awarded"),
    "strictnesses": ("hard", "soft"),
}
"""Closed lists by name; the same words as the fields of the model accept."""

CLOSED: Mapping[tuple[str, str], str] = {
    ("donors", "kind"): "donor_kinds",
    ("organisations", "kind"): "organisation_kinds",
    ("donors", "visibility"): "visibilities",
    ("pools", "visibility"): "visibilities",
    ("organisations", "visibility"): "visibilities",
    ("proposals", "visibility"): "visibilities",
    ("pools", "certainty"): "certainties",
    ("organisations", "registration_status"): "registration_statuses",
    ("proposals", "status"): "proposal_statuses",
    ("pairs", "status"): "pair_statuses",
    ("partners", "role"): "partner_roles",
    ("policy", "value"): "values_of_merit",
    ("policy", "needs_review"): "needs_review",
    ("policy", "start_policy"): "start_policies",
    ("policy", "feedback"): "feedbacks",
    ("targets", "of"): "share_bases",
    ("targets", "strictness"): "strictnesses",
}
"""Which column takes one word of which closed list."""

OPEN: Mapping[tuple[str, str], str] = {
    ("proposals", "sector"): "sectors",
    ("organisations", "region"): "regions",
}
"""Columns whose codes may also be the round's own."""


@dataclass(frozen=True)
class DropDown:
    """What a cell offers: the name of the list, a message, and whether nothing else is taken."""

    formula: str
    message: str
    only: bool


def drop_down_of(table: str, column: str, kind: str) -> DropDown | None:
    """Give the list that a column's cells offer, or None where they take no single code."""
    key = (table, column)
    name = CLOSED.get(key)
    if kind == "truth":
        name = "yes_no"
    if name:
        return DropDown(f"={name}", "Choose one of the list.", True)
    if kind == "text" and column in ("currency", "country"):
        name = "currencies" if column == "currency" else "countries"
        return DropDown(f"={name}", "Choose a code of the list (see the sheet codes).", True)
    if key in OPEN:
        message = "It is not in the sheet codes. Keep it only if it is a code of your own."
        return DropDown(f"={OPEN[key]}", message, False)
    return None


def add_codes(sheet: Worksheet, book: xlsxwriter.Workbook, title: Format, text: Format) -> None:
    """Fill the sheet with every list side by side, each under a defined name of its own."""
    sheet.freeze_panes(1, 0)
    position = 0
    for name, headings, entries in _lists():
        for offset, heading in enumerate(headings):
            sheet.write_string(0, position + offset, heading, title)
            longest = max((len(heading) + 2, *(len(entry[offset]) for entry in entries)))
            sheet.set_column(position + offset, position + offset, min(longest + 2, 48), text)
            for line, entry in enumerate(entries, 1):
                sheet.write_string(line, position + offset, entry[offset], text)
        letter = xl_col_to_name(position)
        book.define_name(name, f"={sheet.name}!${letter}$2:${letter}${len(entries) + 1}")
        sheet.set_column(position + len(headings), position + len(headings), 3)
        position += len(headings) + 1


def _lists() -> list[tuple[str, tuple[str, ...], Entries]]:
    """Give each list: its name, its headings and its entries, the code first."""
    sectors, regions = builtin_sectors(), builtin_regions()
    home = sorted(code for code in regions.names if "AZ" in regions.lineage(code))
    economic = {
        code: next((up for up in regions.lineage(code) if up.startswith("AZ-ER-")), "")
        for code in home
    }
    by_region = sorted(home, key=lambda code: (economic[code], code != economic[code], code))
    return [
        ("sectors", ("sector", "name of the sector"), sorted(sectors.names.items())),
        (
            "regions",
            ("region of Azerbaijan", "name of the region", "economic region"),
            [
                (code, regions.names[code], regions.names.get(economic[code], ""))
                for code in by_region
            ],
        ),
        ("countries", ("country", "name of the country"),
         sorted((country.alpha_2, country.name) for country in pycountry.countries)),
        ("currencies", ("currency", "name of the currency"),
         sorted({(c.code, c.currency_name) for c in iso4217.Currency if c.exponent is not None})),
        *(
            (name, (name.replace("_", " "),), [(word,) for word in words])
            for name, words in WORDS.items()
        ),
    ]  # fmt: skip
