-- What was agreed is kept night by night: a night that stays keeps its price whatever the room costs later.
-- Written as prices of nights in their order, such as 149.99x2,199.99.
ALTER TABLE bookings ADD COLUMN prices TEXT NOT NULL DEFAULT '';
UPDATE bookings SET prices = printf('%d.%02d', rate_cents / 100, rate_cents % 100)
  || iif(julianday(planned_check_out) - julianday(check_in) > 1,
         'x' || CAST(julianday(planned_check_out) - julianday(check_in) AS INTEGER), '');
ALTER TABLE bookings DROP COLUMN rate_cents;

-- Who holds a night: whoever has not left, also in a state this program has no word for.
DROP INDEX bookings_active;
CREATE INDEX bookings_active ON bookings(room_id, check_in) WHERE status NOT IN ('Checked Out', 'Cancelled', 'No Show');
