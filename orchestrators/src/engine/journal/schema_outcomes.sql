-- Calls by what became of them, done ones too: a query need not say again that what is open is not done.
DROP INDEX calls_not_done;
DROP INDEX calls_unfinished;
CREATE INDEX calls_by_outcome ON calls(outcome, started_at);
