"""The sizes and the families of made-up rounds."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    """How many pools and proposals, and which share of their pairs the pools' terms let pass."""

    pools: int
    proposals: int
    density: float


SIZES = {
    "tiny": Size(8, 40, 0.30),
    "S": Size(60, 600, 0.14),
    "M": Size(150, 2_000, 0.12),
    "L": Size(300, 5_000, 0.11),
    "XL": Size(500, 10_000, 0.09),
    "XXL": Size(2_000, 50_000, 0.03),
}


@dataclass(frozen=True)
class Family:
    """What sets the rounds of one family apart.

    `tightness` is requested money over budgets, `spread` how uneven budgets are (sigma of their
    logarithm), `whole` the share of proposals that take all or nothing, `shared` the share of pools
    that pay at most a part of a project, `step` the grant step in whole units of the base currency,
    and `wishes` the set of targets. `decided` says that the board's and the donors' decisions
    (pins, acceptances, company, alternatives, tiers, …) are drawn too.
    """

    name: str
    value: str = "per_amount"
    tightness: float = 2.75
    spread: float = 0.9
    whole: float = 0.4
    shared: float = 0.35
    largest_grant: float = 0.55
    step: int | None = None
    wishes: str = "national"
    decided: bool = False


_NATIONAL = Family("national")
FAMILIES = {
    family.name: family
    for family in (
        _NATIONAL,
        replace(_NATIONAL, name="everything", step=50, wishes="everything", decided=True),
        replace(_NATIONAL, name="per_project", value="per_project", wishes="capped"),
        replace(
            _NATIONAL,
            name="scattered",
            tightness=3.0,
            spread=0.5,
            whole=0.7,
            shared=0.6,
            largest_grant=0.9,
            wishes="capped",
        ),
    )
}
