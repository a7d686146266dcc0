-- What the person behind a call has agreed to (none: nobody is asked), and when its client cancelled it.
ALTER TABLE calls ADD COLUMN consent TEXT;
ALTER TABLE calls ADD COLUMN cancelled_at TEXT;
-- Every yes that was used: it can be used once.
CREATE TABLE approvals (
  nonce TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL                 -- Unix milliseconds
) WITHOUT ROWID;
