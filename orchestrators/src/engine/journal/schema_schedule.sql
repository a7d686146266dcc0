-- The schedule of reconciling: which process runs it now, when the next run is due, and what the last one left. One row
-- for each set of systems.
CREATE TABLE schedule (
  systems TEXT PRIMARY KEY,
  owner TEXT,                              -- the process that runs it now
  lease_until INTEGER NOT NULL DEFAULT 0,  -- Unix milliseconds, as all times here
  next_at INTEGER NOT NULL DEFAULT 0,
  clean_at INTEGER,                        -- when the last clean run began
  whole_on TEXT,                           -- the hotel's day of the last clean run over 30 days
  day TEXT,                                -- the hotel's day that `spent` counts
  spent INTEGER NOT NULL DEFAULT 0,        -- requests to Salesforce on that day
  for_person INTEGER NOT NULL DEFAULT 0,   -- findings of the last run that need a person
  problem TEXT                             -- why the last run was not clean
) WITHOUT ROWID;
