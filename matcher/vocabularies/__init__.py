"""Vocabularies: the codes that terms, proposals and targets are written in, as trees."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pycountry
from immutabledict import immutabledict


@dataclass(frozen=True)
class Vocabulary:
    """Codes with their names, each under at most one parent; a code covers all codes below it."""

    names: Mapping[str, str]
    parents: Mapping[str, str]
    countries: Mapping[str, str]

    def __contains__(self, code: str) -> bool:
        return code in self.names

    def lineage(self, code: str) -> tuple[str, ...]:
        """Give the code and every code above it, nearest first."""
        path = [code]
        while (parent := self.parents.get(path[-1])) is not None and parent not in path:
            path.append(parent)
        return tuple(path)

    def inside(self, code: str, terms: Iterable[str]) -> bool:
        """Say whether one of the terms is the code itself or stands above it."""
        return not set(self.lineage(code)).isdisjoint(terms)

    def country(self, code: str) -> str | None:
        """Give the ISO 3166-1 country that a region lies in, of its own or of a code above it."""
        return next((self.countries[c] for c in self.lineage(code) if c in self.countries), None)


def vocabulary_of(rows: Iterable[tuple[str, str, str | None, str | None]]) -> Vocabulary:
    """Build a vocabulary from rows of code, name, parent code and country."""
    kept = list(rows)
    return Vocabulary(
        names=immutabledict({code: name for code, name, _, _ in kept}),
        parents=immutabledict({code: parent for code, _, parent, _ in kept if parent}),
        countries=immutabledict({code: country for code, _, _, country in kept if country}),
    )


def _shipped(name: str) -> list[dict[str, str]]:
    text = (files("matcher.vocabularies") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def countries() -> frozenset[str]:
    """Give the codes of ISO 3166-1 alpha-2."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def builtin_regions() -> Vocabulary:
    """Give ISO 3166: countries over subdivisions, with Azerbaijan's economic regions between."""
    rows: dict[str, tuple[str, str, str | None, str | None]] = {
        country.alpha_2: (country.alpha_2, country.name, None, country.alpha_2)
        for country in pycountry.countries
    }
    for division in pycountry.subdivisions:
        parent = division.parent_code or division.country_code
        rows[division.code] = (division.code, division.name, parent, division.country_code)
    for row in _shipped("azerbaijan_regions.csv"):
        rows[row["code"]] = (row["code"], row["name"], row["parent"], "AZ")
    return vocabulary_of(rows.values())


@cache
def builtin_sectors() -> Vocabulary:
    """Give the OECD DAC/CRS purpose codes; a 3-digit code covers its 5-digit codes."""
    return vocabulary_of(
        (row["code"], row["name"], row["parent"] or None, None)
        for row in _shipped("dac_sectors.csv")
    )
