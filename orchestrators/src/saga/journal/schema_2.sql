-- What the audit trail tells beside the outcome.

ALTER TABLE calls ADD COLUMN replays INTEGER NOT NULL DEFAULT 0;     -- how often its stored answer was given again
ALTER TABLE calls ADD COLUMN last_replayed_at TEXT;
ALTER TABLE calls ADD COLUMN recoveries INTEGER NOT NULL DEFAULT 0;  -- how often it changed hands; epoch grows on a resumption too
