"""The one table that says who may do what."""

from .enums import Permission, Role

_ALL_BUT_AUDITOR = frozenset(Role) - {Role.AUDITOR}

ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.SERVE: frozenset({Role.FRONT_DESK, Role.ADVISOR, Role.MANAGER, Role.OWNER}),
    Permission.WRITE: _ALL_BUT_AUDITOR,
    Permission.CALL: _ALL_BUT_AUDITOR,
    Permission.WORKLIST_ALL: frozenset({Role.MANAGER, Role.OWNER, Role.AUDITOR}),
    Permission.SEE_TOUCHES: frozenset({Role.MANAGER, Role.OWNER, Role.AUDITOR}),
    Permission.PLAN_TOUCHES: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.SEE_PHONE: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.REVEAL_PHONE: _ALL_BUT_AUDITOR,
    Permission.SEE_MONEY: frozenset({Role.ADVISOR, Role.MANAGER, Role.OWNER, Role.AUDITOR}),
    Permission.IMPORT: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.CROSS_STORE: _ALL_BUT_AUDITOR,
    Permission.EXPORT: frozenset({Role.ADVISOR, Role.CARE, Role.MANAGER, Role.OWNER}),
    Permission.CORRECT: frozenset({Role.ADVISOR, Role.MANAGER, Role.OWNER}),
    Permission.SET_POLICY: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.OVERRIDE: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.SEE_TEAM: frozenset({Role.MANAGER, Role.OWNER, Role.AUDITOR}),
    Permission.MANAGE_STAFF: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.MANAGE_STORES: frozenset({Role.OWNER}),
    Permission.SEE_AUDIT: frozenset({Role.OWNER, Role.AUDITOR}),
    Permission.GIVE_POINTS: frozenset({Role.ADVISOR, Role.MANAGER, Role.OWNER}),
    Permission.MANAGE_POINTS: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.MANAGE_REFERRALS: frozenset({Role.MANAGER, Role.OWNER}),
    Permission.SEE_CIRCLES: frozenset({Role.ADVISOR, Role.MANAGER, Role.OWNER}),
}


def allowed(role: str, permission: str) -> bool:
    """Whether a role holds a permission; an unknown permission is a programming error and raises ValueError."""
    return Role(role) in ALLOWED[Permission(permission)]
