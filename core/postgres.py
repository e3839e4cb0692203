"""What only PostgreSQL can do, for migrations: on SQLite these steps do nothing, both ways."""

from django.db import migrations

from .vendors import indexes_on, only_on

# Characters and neighbouring pairs of a text, in lower case: with these a GIN index finds two Chinese characters.
# A loop takes a sixth of the time of a query over series, and every name and plate that is written pays for it.
CREATE_GRAMS = """
CREATE OR REPLACE FUNCTION shop_grams(whole text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := lower(whole);
    grams text[] := string_to_array(folded, NULL);
BEGIN
    FOR place IN 1 .. char_length(folded) - 1 LOOP
        grams := grams || substr(folded, place, 2);
    END LOOP;
    RETURN grams;
END
$$
"""
DROP_GRAMS = "DROP FUNCTION IF EXISTS shop_grams(text)"


def only_on_postgresql(*, forwards: list[str], backwards: list[str]) -> migrations.RunPython:
    """A migration step that runs plain statements on PostgreSQL and nothing elsewhere."""
    return only_on("postgresql", forwards=forwards, backwards=backwards)


def indexes_on_postgresql(indexes: dict[str, str]) -> migrations.RunPython:
    """A migration step that makes `{name: "table USING …"}` indexes, and drops them on the way back."""
    return indexes_on("postgresql", indexes)
