-- Where a call's trace goes on, as JSON; null if nothing is exported.
ALTER TABLE calls ADD COLUMN trace TEXT;
