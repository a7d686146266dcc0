-- When an intent was paid, which may be days after it was made. What was paid before this was known: when it was made.
ALTER TABLE intents ADD COLUMN charged_at TEXT;
UPDATE intents SET charged_at = created_at WHERE status = 'succeeded';
