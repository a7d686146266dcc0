-- The digest of a case's text, folded as requests are compared (wishes.rs). With it, a request that is open already is found
-- without reading the room's other cases of the day. Null where it is not known: cases that another program or an earlier
-- version opened, and those whose text was changed since. They are compared one by one.
ALTER TABLE cases ADD COLUMN wish_digest TEXT;
CREATE INDEX cases_by_wish ON cases(wish_digest, opened_at);
CREATE TRIGGER cases_reworded AFTER UPDATE OF description ON cases BEGIN
  UPDATE cases SET wish_digest = NULL WHERE id = new.id;
END;
