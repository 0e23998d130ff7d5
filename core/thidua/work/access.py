"""Who may do what inside a province. Commands and jobs act for the installation itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from thidua.errors import NotAllowed
from thidua.store.actor import Actor
from thidua.store.driving import driven
from thidua.store.people import ROLES, Role

_HELD = "SELECT role, unit_id, domains FROM membership WHERE user_id = %(user)s"

STAFF: frozenset[Role] = frozenset({"secretariat", "admin"})
"""Those who run the scoring at the Sở Nội vụ."""

OVERSEERS: frozenset[Role] = STAFF | {"leader", "auditor"}
"""Those who see every sheet as it stands, and results that are not published yet."""

READ_ALL: frozenset[Role] = OVERSEERS | {"appraiser", "council"}
"""Those who may read what concerns all units: everybody but the officers of single units."""

ROLE_NAMES: dict[Role, str] = {
    "secretariat": "Thường trực (Sở Nội vụ)",
    "appraiser": "Cơ quan thẩm định",
    "officer": "Cán bộ của đơn vị",
    "leader": "Lãnh đạo",
    "council": "Hội đồng",
    "auditor": "Kiểm tra, giám sát",
    "admin": "Quản trị của tỉnh",
}


@dataclass(frozen=True)
class Rights:
    """What one actor is in the entered province: each role with the unit it is held for.

    ``domains``: by unit, the domains in which alone the actor appraises for it.
    """

    held: frozenset[tuple[Role, int | None]]
    domains: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles."""
        return frozenset(role for role, _ in self.held)

    @cached_property
    def units(self) -> frozenset[int]:
        """The units that the actor belongs to, in whatever role."""
        return frozenset(unit for _, unit in self.held if unit is not None)

    def units_as(self, role: Role) -> frozenset[int]:
        """The units for which the actor holds this role."""
        return frozenset(unit for held, unit in self.held if held == role and unit is not None)

    def appraises_for(self, unit: int, domain: str) -> bool:
        """Whether the actor is an appraiser of this unit who appraises this domain."""
        limit = self.domains.get(unit)
        return unit in self.units_as("appraiser") and (not limit or domain in limit)

    def any_of(self, roles: Collection[Role]) -> bool:
        """Whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)


def rights_of(session: Session, by: Actor) -> Rights:
    """The actor's rights in the province that ``session`` has entered."""
    if by.kind != "person":
        return rights_in(by, ())
    session.flush()
    return rights_in(by, driven(session, _HELD, {"user": by.id}))


def rights_in(by: Actor, rows: Collection[Sequence[Any]]) -> Rights:
    """The actor's rights, from role, unit and domains of each of a person's memberships."""
    if by.kind != "person":
        return Rights(held=frozenset((role, None) for role in ROLES))
    return Rights(
        held=frozenset((role, unit) for role, unit, _ in rows),
        domains={unit: frozenset(domains) for _, unit, domains in rows if domains},
    )


def require(session: Session, by: Actor, roles: Collection[Role], what: str) -> Rights:
    """The actor's rights if they hold one of ``roles``; ``NotAllowed`` says who may do ``what``."""
    return granted(rights_of(session, by), roles, what)


def granted(rights: Rights, roles: Collection[Role], what: str) -> Rights:
    """The rights if one of ``roles`` is held; ``NotAllowed`` says who may do ``what``."""
    if not rights.any_of(roles):
        who = ", ".join(ROLE_NAMES[role] for role in ROLES if role in roles)
        raise NotAllowed(f"Bạn không có quyền {what}. Việc này dành cho: {who}.")
    return rights
