-- What becomes of a message after it was handed over, or could not be.

ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;      -- how often its service could not take it; a staged one
                                                                     -- rests until lease_until
ALTER TABLE outbox ADD COLUMN service_id TEXT;                       -- what the service calls it
ALTER TABLE outbox ADD COLUMN delivery TEXT;                         -- what the service said of it last: delivered …
ALTER TABLE outbox ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;      -- how often the service was asked
ALTER TABLE outbox ADD COLUMN look_at INTEGER;                       -- when to ask next, Unix milliseconds; null: no more
ALTER TABLE outbox ADD COLUMN record_at INTEGER;                     -- when to keep it with the hotel's records; null: kept, or
                                                                     -- not to be
CREATE INDEX outbox_to_record ON outbox(record_at) WHERE record_at IS NOT NULL;
CREATE INDEX outbox_to_look ON outbox(look_at) WHERE look_at IS NOT NULL;
