-- What was paid since a moment, newest first.
CREATE INDEX intents_paid ON intents(created_at) WHERE status = 'succeeded';
