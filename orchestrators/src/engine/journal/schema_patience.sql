-- How patiently a call that is stuck is tried, and why it is stuck.

ALTER TABLE calls ADD COLUMN lease_ms INTEGER NOT NULL DEFAULT 5000; -- how long the lease is, or the rest of a call nobody runs:
                                                                     -- one that would last longer from now has ended, and the
                                                                     -- clock was set back
ALTER TABLE calls ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;       -- how often recovery has tried it in vain
ALTER TABLE calls ADD COLUMN because TEXT;                           -- why it is pending, or what a system said that refused it
ALTER TABLE steps ADD COLUMN spent_keys INTEGER NOT NULL DEFAULT 0;  -- keys of an effect that its system answers with a failure
                                                                     -- it keeps
ALTER TABLE outbox ADD COLUMN record_tries INTEGER NOT NULL DEFAULT 0; -- how often it could not be kept with the hotel's records
