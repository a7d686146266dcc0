-- A booking's own key: ours where we gave one, else one made here. Numbers may be given again by a file that was restored,
-- and a key of ours by a call that is made again: then the moment tells who came first.
ALTER TABLE bookings ADD COLUMN own_key TEXT;
ALTER TABLE bookings ADD COLUMN made_at TEXT;            -- where the key is ours; before this was known there is none
UPDATE bookings SET own_key = ifnull(external_id, lower(hex(randomblob(16))));
CREATE TRIGGER bookings_keyed AFTER INSERT ON bookings BEGIN
  UPDATE bookings SET own_key = ifnull(new.external_id, lower(hex(randomblob(16)))),
    made_at = iif(new.external_id IS NULL, NULL, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) WHERE id = new.id;
END;
