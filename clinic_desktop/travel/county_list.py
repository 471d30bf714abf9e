"""The counties that are offered for fetching: those of the states around the clinic."""

import csv
from functools import cache

from clinic_desktop.domain.county import County
from clinic_desktop.resources import resource
from clinic_desktop.text import _


@cache
def known_counties() -> tuple[County, ...]:
    """By state and then as the Census numbers them, which is by name."""
    with resource("geo", "counties.csv").open(encoding="utf-8", newline="") as stream:
        counties = [
            County(fips=line["fips"], state=line["state"], name=line["name"])
            for line in csv.DictReader(stream)
        ]
    return tuple(counties)


def county_named(fips: str) -> County:
    """A county by its code; one of another state is called by it."""
    known = next((county for county in known_counties() if county.fips == fips), None)
    return known or County(fips=fips, state="", name=_("County {code}").format(code=fips))
