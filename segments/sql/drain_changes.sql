-- Take up to `size` entries, none later than `last`, out of the change feed and say whom they were about.
DELETE FROM customers_customerchange
WHERE id IN (SELECT id FROM customers_customerchange WHERE id <= %(last)s ORDER BY id LIMIT %(size)s)
RETURNING customer_id
