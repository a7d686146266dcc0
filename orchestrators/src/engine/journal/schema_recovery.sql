-- When a call that needed attention was seen to. It keeps its outcome: the audit trail says what happened.
ALTER TABLE calls ADD COLUMN resolved_at TEXT;

-- Tokens whose calls are older than the audit trail: a call under one of them is another attempt, with keys of its own.
CREATE TABLE spent_tokens (
  token TEXT PRIMARY KEY,                  -- digest of caller and token
  attempts INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE calls ADD COLUMN panics INTEGER NOT NULL DEFAULT 0;      -- how often the program failed in the middle of it
