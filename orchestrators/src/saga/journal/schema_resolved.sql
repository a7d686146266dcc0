-- When a call that needed attention was seen to. It keeps its outcome: the audit trail says what happened.
ALTER TABLE calls ADD COLUMN resolved_at TEXT;
