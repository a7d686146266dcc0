-- Whose money an intent holds: the own key of its booking, the key it was made under, and how many had ended by then.
ALTER TABLE intents ADD COLUMN booking_key TEXT;
ALTER TABLE intents ADD COLUMN hotel_key TEXT;
ALTER TABLE intents ADD COLUMN number INTEGER;
-- What it was paid with, and whether the guest disputes that.
ALTER TABLE intents ADD COLUMN method TEXT;
ALTER TABLE intents ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX intents_by_key ON intents(hotel_key) WHERE hotel_key IS NOT NULL;
CREATE INDEX intents_by_booking_key ON intents(booking_key) WHERE booking_key IS NOT NULL;

-- What became of a refund: succeeded, pending, failed or canceled, and why.
ALTER TABLE refunds ADD COLUMN status TEXT NOT NULL DEFAULT 'succeeded';
ALTER TABLE refunds ADD COLUMN failure_reason TEXT;
ALTER TABLE refunds ADD COLUMN why TEXT;

-- How the processor is told to behave, by whoever tries it out: cards saved for a customer, e-mails it does not take, and
-- what the next refunds are born as.
CREATE TABLE saved_methods (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL REFERENCES customers(id),
  behaves_as TEXT NOT NULL                 -- a test payment method
) WITHOUT ROWID;
CREATE TABLE emails_not_taken (email TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE next_refunds (id INTEGER PRIMARY KEY, status TEXT NOT NULL);
