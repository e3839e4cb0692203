"""How often somebody may knock. Counted in the memory of each web process: cheap, and forgotten at a restart."""

from django.core.cache import cache


def is_used_up(name: str, *, most: int) -> bool:
    """Whether `most` of `name` were counted in the window that is running."""
    return cache.get(f"limit:{name}", 0) >= most


def is_within(name: str, *, most: int, seconds: int) -> bool:
    """Count one more `name`; False when there were more than `most` in the window of `seconds` that is running."""
    key = f"limit:{name}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # the window ended in between
        return True
