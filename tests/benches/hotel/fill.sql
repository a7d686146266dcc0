-- A large hotel beside the seeded one. temp.size says how large.

CREATE TEMP TABLE base AS SELECT
  (SELECT max(id) FROM rooms) AS room, (SELECT max(id) FROM contacts) AS guest,
  (SELECT max(id) FROM opportunities) AS sale, (SELECT max(id) FROM bookings) AS booking;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < guests)
INSERT INTO contacts (id, email, first_name, last_name, phone, contact_type, prefers)
SELECT guest + i, format('guest%d@example.com', i),
  substr('AnnaBeneCaraDanaEricFinnGretHans', i % 8 * 4 + 1, 4), format('Guest%d', i),
  format('+1666%07d', i), 'Guest', iif(i % 2, 'SMS', 'Email')
FROM n, base;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < rooms)
INSERT INTO rooms (id, number, name, room_type, floor, rate_cents, max_occupancy, status, current_guest)
SELECT room + i, format('%d', 10000 + i), format('Room %d', i), iif(i % 10, 'Standard', 'Suite'), 10 + i / 500,
  iif(i % 10, 14999, 29999), iif(i % 10, 2, 4), iif(i % 4, 'Vacant', 'Occupied'), iif(i % 4, NULL, guest + i % guests + 1)
FROM n, base, size;

-- Booking i is stay number k of room r, counted back from the newest; older stays come first.
CREATE TEMP TABLE stay AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < bookings)
SELECT i, (i - 1) % rooms + 1 AS r, (bookings - i) / rooms AS k FROM n, size;

CREATE TEMP TABLE dated AS
SELECT i, r, k, CASE WHEN k > 0 THEN 'Checked Out' WHEN r % 4 THEN 'Reserved' ELSE 'Checked In' END AS status,
  iif(k = 0 AND r % 4 = 0, r % guests + 1, i * 7919 % guests + 1) AS g,
  date(today, CASE WHEN k > 0 THEN -(20 * k + r % 10) WHEN r % 4 THEN r % 365 ELSE -1 END || ' days') AS arrival
FROM stay, size;

INSERT INTO opportunities (id, key, contact_id, name, stage, amount_cents, arrival, departure, close_date)
SELECT sale + i, lower(hex(randomblob(20))), guest + g, format('Booking for Guest%d - %s', g, arrival),
  CASE status WHEN 'Checked Out' THEN 'Closed Won' WHEN 'Reserved' THEN 'Booking Confirmed' ELSE status END,
  3 * 14999, arrival, date(arrival, '3 days'), date(arrival, '3 days')
FROM dated, base;

INSERT INTO bookings (id, number, external_id, opportunity_id, guest_id, room_id, check_in, check_out,
  planned_check_out, guests, status, prices)
SELECT booking + i, format('BK-%04d', booking + i), lower(hex(randomblob(20))), sale + i, guest + g, room + r,
  arrival, date(arrival, '3 days'), date(arrival, '3 days'), 2, status, '149.99x3'
FROM dated, base;

INSERT INTO payment_transactions (booking_id, intent_id, kind, amount_cents, at)
SELECT booking + i, format('pi_%024d', i), 'Charge', 3 * 14999, date(arrival, '3 days') || 'T10:00:00Z'
FROM dated, base WHERE status = 'Checked Out';

DROP TABLE dated;
DROP TABLE stay;
DROP TABLE base;
