-- The journal: every call, what it set out to do, what became of it. Values only, never code.

CREATE TABLE calls (
  id INTEGER PRIMARY KEY,                  -- in order of arrival: newest first is id descending
  tool TEXT NOT NULL,
  persona TEXT NOT NULL,
  caller TEXT NOT NULL,                    -- whose tokens these are: guest:…, staff:…, guest, staff
  acting_guest TEXT,                       -- the one guest this call acts for, if it acts for one
  token TEXT,                              -- as given or made; reads have none
  explicit_token INTEGER NOT NULL,         -- the caller gave it
  attempt INTEGER NOT NULL,                -- calls before this one under the same token, which came to nothing
  fingerprint TEXT NOT NULL,               -- digest of tool and arguments: a token stands for one request
  arguments TEXT NOT NULL,
  systems TEXT NOT NULL,                   -- what it began on: it is recovered there and nowhere else
  guest_email TEXT,                        -- whom it turned out to be about
  booking_number TEXT,                     -- which booking it turned out to be about
  started_at TEXT NOT NULL,
  finished_at TEXT,
  outcome TEXT NOT NULL,                   -- running, waiting (for the guest), done, refused, failed, needs_attention
  error_code TEXT,
  answer TEXT,                             -- writes only
  rows INTEGER,                            -- how many rows a read answered
  bound INTEGER NOT NULL,                  -- the token stands: it runs, or it has had an effect
  effects INTEGER NOT NULL,                -- an effect has been announced
  asked_again INTEGER NOT NULL DEFAULT 0,  -- how often the caller came back while it waited
  epoch INTEGER NOT NULL DEFAULT 0,        -- grows when a call changes hands: the old hand stops
  owner TEXT,                              -- the process that runs it
  lease_until INTEGER NOT NULL DEFAULT 0   -- Unix milliseconds; past it, anybody may take over
);
CREATE UNIQUE INDEX calls_bound ON calls(caller, token) WHERE bound = 1;
CREATE INDEX calls_by_token ON calls(token) WHERE token IS NOT NULL;
CREATE INDEX calls_by_guest ON calls(guest_email) WHERE guest_email IS NOT NULL;
CREATE INDEX calls_by_booking ON calls(booking_number) WHERE booking_number IS NOT NULL;
CREATE INDEX calls_by_tool ON calls(tool);
CREATE INDEX calls_by_time ON calls(started_at);
CREATE INDEX calls_unfinished ON calls(lease_until) WHERE outcome = 'running';
CREATE INDEX calls_not_done ON calls(outcome) WHERE outcome <> 'done';

CREATE TABLE steps (
  call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
  name TEXT NOT NULL,                      -- part of the durable contract
  place INTEGER NOT NULL,                  -- in which order they began
  input TEXT NOT NULL,                     -- digest: the same step with another input is another step
  undo TEXT,                               -- the way back, written before the step began
  outcome TEXT NOT NULL,                   -- begun, done, refused
  value TEXT,                              -- what it answered
  started_at TEXT NOT NULL,
  duration_ms INTEGER,
  PRIMARY KEY (call, name)
) WITHOUT ROWID;

-- One write at a time per booking (or room): who holds it, and when it was last taken or let go.
CREATE TABLE locks (
  key TEXT PRIMARY KEY,
  call INTEGER,
  turn INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX locks_held ON locks(call) WHERE call IS NOT NULL;
CREATE TABLE turns (last INTEGER NOT NULL);
INSERT INTO turns VALUES (1);                -- 0 says: this call changed hands

-- Messages staged by a call; they leave once it has finished, and at most once.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
  key TEXT NOT NULL UNIQUE,
  message TEXT NOT NULL,
  state TEXT NOT NULL,                     -- staged, sending, sent, refused, unknown
  owner TEXT,                              -- the process that is sending it
  lease_until INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT NOT NULL
);
CREATE INDEX outbox_open ON outbox(state) WHERE state IN ('staged', 'sending');
CREATE INDEX outbox_by_call ON outbox(call);
