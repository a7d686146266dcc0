-- What the audit trail tells beside the outcome.

ALTER TABLE calls ADD COLUMN replays INTEGER NOT NULL DEFAULT 0;     -- how often its stored answer was given again
ALTER TABLE calls ADD COLUMN last_replayed_at TEXT;
ALTER TABLE calls ADD COLUMN recoveries INTEGER NOT NULL DEFAULT 0;  -- how often it changed hands; epoch grows on a resumption too

-- Reads are sorted in some at a time, so the order of arrival is that of time; within it, of ids.
DROP INDEX calls_by_guest;
DROP INDEX calls_by_booking;
DROP INDEX calls_by_tool;
DROP INDEX calls_not_done;
CREATE INDEX calls_by_guest ON calls(guest_email, started_at) WHERE guest_email IS NOT NULL;
CREATE INDEX calls_by_booking ON calls(booking_number, started_at) WHERE booking_number IS NOT NULL;
CREATE INDEX calls_by_tool ON calls(tool, started_at);
CREATE INDEX calls_not_done ON calls(outcome, started_at) WHERE outcome <> 'done';

-- How much of the file of recorded reads is in calls already, and what it ends in: another ending, and the file was
-- emptied since.
CREATE TABLE reads_sorted (length INTEGER NOT NULL, ending TEXT NOT NULL);
INSERT INTO reads_sorted VALUES (0, '');
